using System.Text.Json;
using Appliance.Operate;

namespace Appliance.Numbering.Lookups;

/// <summary>What an HLR provider says of a number.</summary>
/// <param name="Ported">Null where it does not say.</param>
public sealed record HlrFinding(string Mcc, string Mnc, string? Carrier, bool? Ported)
{
    private const int MccLength = 3;

    /// <summary>Reads an answer.</summary>
    /// <returns>Null where it names no network.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static HlrFinding? Read(ReadOnlySpan<byte> answer, HlrFields fields)
    {
        using var document = JsonDocument.Parse(answer.ToArray());
        var root = document.RootElement;
        var mcc = TextAt(root, fields.Mcc);
        var mnc = TextAt(root, fields.Mnc);
        // Many give both as one: "26201".
        if (mnc is null && mcc is { Length: > MccLength }) (mcc, mnc) = (mcc[..MccLength], mcc[MccLength..]);
        if (Network.CodeOf(mcc, mnc) == 0) return null;
        bool? ported = At(root, fields.Ported)?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };
        return new HlrFinding(mcc!, mnc!, TextAt(root, fields.Carrier), ported);
    }

    /// <summary>A text that is there and not empty.</summary>
    private static string? TextAt(JsonElement root, string path) =>
        At(root, path) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } found
            ? found
            : null;

    /// <summary>The member at a path such as "network.mcc", or null.</summary>
    private static JsonElement? At(JsonElement element, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }

        return element;
    }
}
