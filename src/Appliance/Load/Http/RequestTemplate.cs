using System.Globalization;
using System.Text;
using System.Text.Json;
using Appliance.Peers.Sending;

namespace Appliance.Load.Http;

/// <summary>
/// A request encoded once for a connection; for each one sent, destinations and message numbers are patched where
/// they stand. All destinations have the same number of digits, so nothing moves.
/// </summary>
internal sealed class RequestTemplate
{
    private readonly byte[] _request;
    private readonly List<int> _destinations = [];
    private readonly List<int> _numbers = [];

    private RequestTemplate(string head, string body)
    {
        // The head is ASCII; what a mark stands for has the mark's own length, so the length is known before.
        string length = Encoding.UTF8.GetByteCount(body).ToString(CultureInfo.InvariantCulture);
        _request = Encoding.UTF8.GetBytes(head.Replace("{length}", length, StringComparison.Ordinal) + body);
    }

    internal int Length => _request.Length;

    /// <summary>POST of one message as an object, or of several as a list under "messages".</summary>
    internal static RequestTemplate Post(HttpLoadPlan plan, string key)
    {
        int digits = plan.Destinations.Digits(0);
        string destination = new('\u0001', digits);
        string number = new('\u0002', MessageShape.NumberLength - 1);
        string body = plan.Message.Text;
        string text = JsonEncodedText.Encode(body).ToString();
        if (plan.Message.NumbersBody) text = number + text[number.Length..];
        string from = JsonEncodedText.Encode(plan.Message.Source).ToString();
        string message = $$"""{"from":"{{from}}","to":"+{{destination}}","body":"{{text}}"}""";
        string json = plan.Batch == 1
            ? message
            : $$"""{"messages":[{{string.Join(',', Enumerable.Repeat(message, plan.Batch))}}]}""";
        string head = $"POST {plan.Path} HTTP/1.1\r\nHost: {plan.Host}\r\nAuthorization: Bearer {key}\r\n"
            + "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n";
        return new RequestTemplate(head, json).FindMarks(digits, number.Length);
    }

    /// <summary>GET of a URL with {to} in it.</summary>
    internal static RequestTemplate Get(HttpLoadPlan plan, string template)
    {
        int digits = plan.Destinations.Digits(0);
        string url = template.Replace("{to}", new string('\u0001', digits), StringComparison.Ordinal);
        string head = $"GET {url} HTTP/1.1\r\nHost: {plan.Host}\r\n\r\n";
        return new RequestTemplate(head, "").FindMarks(digits, 0);
    }

    /// <summary>Writes the request for messages n and following; <see cref="Length"/> bytes.</summary>
    internal void Write(long n, Destinations destinations, Span<byte> at)
    {
        _request.CopyTo(at);
        for (int i = 0; i < _destinations.Count; i++) destinations.Write(n + i, at[_destinations[i]..]);
        for (int i = 0; i < _numbers.Count; i++) PutNumber(n + i, at.Slice(_numbers[i], MessageShape.NumberLength - 1));
    }

    private RequestTemplate FindMarks(int digits, int numberLength)
    {
        for (int i = 0; i < _request.Length; i++)
        {
            if (_request[i] == 1)
            {
                _destinations.Add(i);
                i += digits - 1;
            }
            else if (_request[i] == 2)
            {
                _numbers.Add(i);
                i += numberLength - 1;
            }
        }
        return this;
    }

    private static void PutNumber(long n, Span<byte> at)
    {
        for (int i = at.Length - 1; i >= 0; i--)
        {
            (n, long digit) = Math.DivRem(n, 10);
            at[i] = (byte)('0' + digit);
        }
    }
}
