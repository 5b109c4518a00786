using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rig;

/// <summary>
/// The same requests to any gateway: a number of keep-alive connections, each with one request at a time, on bare
/// sockets so that the load takes as little as it can of the machine it shares.
/// </summary>
public sealed class HttpLoad(int port, Func<int, byte[]> requestOf)
{
    private long _accepted;
    private long _refused;

    /// <summary>Requests answered with 2xx.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Sends for that long; gives back when the last answer is there.</summary>
    public async Task RunAsync(int connections, TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(() => SendAsync(i, connections, end))));
    }

    private async Task SendAsync(int first, int step, long end)
    {
        var buffer = new byte[16 * 1024];
        Socket? socket = null;
        try
        {
            for (var n = first; Stopwatch.GetTimestamp() < end; n += step)
            {
                socket ??= await ConnectAsync();
                await socket.SendAsync(requestOf(n));
                var (status, open) = await AnswerAsync(socket, buffer);
                if (status is >= 200 and < 300)
                    Interlocked.Increment(ref _accepted);
                else
                    Interlocked.Increment(ref _refused);
                if (open)
                    continue;
                socket.Dispose();
                socket = null;
            }
        }
        finally
        {
            socket?.Dispose();
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>Reads one response to its end: by Content-Length, or chunked up to the last chunk.</summary>
    private static async Task<(int Status, bool Open)> AnswerAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(length));
            length += count;
            var head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (head < 0 && count > 0)
                continue;
            if (head < 0)
                throw new IOException("The gateway closed the connection within a response.");
            if (count == 0 || IsWhole(buffer.AsSpan(0, length), head))
                return (StatusOf(buffer), count > 0 && !Has(buffer.AsSpan(0, head), "connection: close"));
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer, int head)
    {
        var headers = Encoding.ASCII.GetString(answer[..head]);
        var at = headers.IndexOf("content-length:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return answer.EndsWith("0\r\n\r\n"u8);
        var line = headers.AsSpan(at + "content-length:".Length);
        var end = line.IndexOf('\r');
        var length = int.Parse(end < 0 ? line : line[..end], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
        return answer.Length >= head + 4 + length;
    }

    private static int StatusOf(byte[] answer) =>
        int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    private static bool Has(ReadOnlySpan<byte> headers, string text) =>
        Encoding.ASCII.GetString(headers).Contains(text, StringComparison.OrdinalIgnoreCase);
}
