namespace Appliance;

/// <summary>Carriers for a destination, best first.</summary>
/// <param name="Prefix">Leading digits of the international number, without +.</param>
/// <param name="Carriers">Persistent carrier ids in order of preference.</param>
public sealed record Route(string Prefix, ushort[] Carriers);

/// <summary>Finds the route with the longest prefix of a number. Immutable: any thread may ask.</summary>
public sealed class RouteTable
{
    /// <summary>A node's ten children, then its route; -1 where there is none.</summary>
    private readonly List<int[]> _nodes = [NewNode()];
    private readonly Route[] _routes;

    public RouteTable(IEnumerable<Route> routes)
    {
        _routes = [.. routes];
        for (var i = 0; i < _routes.Length; i++) Insert(_routes[i].Prefix, i);
    }

    public Route this[int index] => _routes[index];

    /// <param name="number">ASCII digits, a leading + allowed.</param>
    /// <returns>The route's index, or -1.</returns>
    public int Find(ReadOnlySpan<byte> number)
    {
        if (number.Length > 0 && number[0] == (byte)'+') number = number[1..];
        var node = _nodes[0];
        var best = node[10];
        foreach (var digit in number)
        {
            var child = (uint)(digit - '0') < 10 ? node[digit - '0'] : -1;
            if (child < 0) break;
            node = _nodes[child];
            if (node[10] >= 0) best = node[10];
        }

        return best;
    }

    private static int[] NewNode()
    {
        var node = new int[11];
        Array.Fill(node, -1);
        return node;
    }

    private void Insert(string prefix, int route)
    {
        var node = _nodes[0];
        foreach (var digit in prefix)
        {
            if (digit is < '0' or > '9') throw new ArgumentException($"route prefix '{prefix}' has other than digits");
            if (node[digit - '0'] < 0)
            {
                node[digit - '0'] = _nodes.Count;
                _nodes.Add(NewNode());
            }

            node = _nodes[node[digit - '0']];
        }

        node[10] = route;
    }
}
