using System.Buffers.Text;
using System.Text;

namespace Appliance.Load.Http;

/// <summary>What the front of a receive buffer holds.</summary>
internal enum ResponseState
{
    NeedMore,
    Whole,

    /// <summary>Not HTTP/1.x, or a body that states no readable length.</summary>
    Bad,
}

/// <summary>
/// One HTTP/1.1 response (RFC 9112): its status, its body, and whether the connection stays. Bodies by
/// Content-Length, chunked, or up to the connection's end.
/// </summary>
internal readonly ref struct HttpResponse
{
    private HttpResponse(uint status, ReadOnlySpan<byte> body, int length, bool keepsAlive)
    {
        Status = status;
        Body = body;
        Length = length;
        KeepsAlive = keepsAlive;
    }

    internal uint Status { get; }

    /// <summary>As it came: a chunked one with its chunk sizes, one up to the connection's end cut.</summary>
    internal ReadOnlySpan<byte> Body { get; }

    /// <summary>Bytes of head and body.</summary>
    internal int Length { get; }

    internal bool KeepsAlive { get; }

    internal static ResponseState TryRead(ReadOnlySpan<byte> received, out HttpResponse response)
    {
        response = default;
        int end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0) return ResponseState.NeedMore;
        var head = received[..(end + 2)];
        var rest = received[(end + 4)..];
        if (!head.StartsWith("HTTP/1."u8) || head.Length < 12
            || !Utf8Parser.TryParse(head.Slice(9, 3), out uint status, out int digits) || digits != 3)
        {
            return ResponseState.Bad;
        }
        bool keepsAlive = head[7] == '1';
        int length = -1;
        bool chunked = false;
        ReadFields(head[(head.IndexOf("\r\n"u8) + 2)..], ref keepsAlive, ref length, ref chunked);
        if (status is 204 or 304) length = 0;
        if (chunked)
        {
            var state = Chunked(rest, out length);
            if (state != ResponseState.Whole) return state;
        }
        else if (length < 0)
        {
            // The body ends with the connection: the status is all that is wanted of it.
            length = rest.Length;
            keepsAlive = false;
        }
        if (rest.Length < length) return ResponseState.NeedMore;
        response = new HttpResponse(status, rest[..length], end + 4 + length, keepsAlive);
        return ResponseState.Whole;
    }

    private static void ReadFields(ReadOnlySpan<byte> fields, ref bool keepsAlive, ref int length, ref bool chunked)
    {
        while (fields.Length > 0)
        {
            int end = fields.IndexOf("\r\n"u8);
            var line = fields[..end];
            fields = fields[(end + 2)..];
            int colon = line.IndexOf((byte)':');
            if (colon < 0) continue;
            var value = line[(colon + 1)..].Trim((byte)' ');
            if (Is(line[..colon], "content-length"))
            {
                bool whole = Utf8Parser.TryParse(value, out int stated, out int digits) && digits == value.Length;
                if (whole) length = stated;
            }
            else if (Is(line[..colon], "transfer-encoding"))
            {
                chunked = Is(value, "chunked");
            }
            else if (Is(line[..colon], "connection"))
            {
                keepsAlive = !Is(value, "close") && (keepsAlive || Is(value, "keep-alive"));
            }
        }
    }

    private static ResponseState Chunked(ReadOnlySpan<byte> body, out int length)
    {
        length = 0;
        while (true)
        {
            var rest = body[length..];
            int end = rest.IndexOf("\r\n"u8);
            if (end < 0) return ResponseState.NeedMore;
            if (!Utf8Parser.TryParse(rest[..end], out int size, out int digits, 'x') || digits == 0 || size < 0)
            {
                return ResponseState.Bad;
            }
            long next = (long)length + end + 2 + size + 2;
            if (next > body.Length) return ResponseState.NeedMore;
            length = (int)next;
            if (size == 0) return ResponseState.Whole;
        }
    }

    private static bool Is(ReadOnlySpan<byte> name, string lowercase) => Ascii.EqualsIgnoreCase(name, lowercase);
}
