using System.Collections.Specialized;
using System.Net;
using System.Web;

namespace EndToEnd.Tests.Harness;

/// <summary>An HTTP listener that a gateway reports receipts to, for its dlr-url.</summary>
internal sealed class ReceiptListener : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly int _port = Ports.Free();

    public ReceiptListener()
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
        _listener.Start();
    }

    /// <summary>With Kannel's escapes: %d the kind of the report, %p and %P its numbers, %A the SMSC's words.</summary>
    public string Url => $"http://127.0.0.1:{_port}/receipt?status=%d&to=%p&from=%P&answer=%A";

    public async Task<Dictionary<string, string>> NextAsync()
    {
        var context = await Until.Done("a receipt at the dlr-url", _listener.GetContextAsync());
        var query = HttpUtility.ParseQueryString(context.Request.Url!.Query);
        context.Response.StatusCode = 200;
        context.Response.Close();
        return Pairs(query);
    }

    public void Dispose() => _listener.Close();

    private static Dictionary<string, string> Pairs(NameValueCollection query) =>
        query.AllKeys.Where(key => key is not null).ToDictionary(key => key!, key => query[key] ?? "");
}
