using System.Buffers.Text;

namespace Perf.Numbers;

/// <summary>
/// A national file of ported numbers, made while it is read: lines like those of the Russian export, every ninth number
/// of the range or so, in a shuffled order, so that the importer has to sort.
/// </summary>
internal sealed class GeneratedFile(long count, bool shuffled) : Stream
{
    internal const int Spacing = 9;
    private static readonly string[] Operators =
        ["mMEGAFON,02,D2502", "mMTS,01,D2501", "mBEELINE,99,D2599", "mTELE2,20,D2520", "mYOTA,11,D2511",
         "mMOTIV,35,D2535"];

    private readonly byte[] _lines = new byte[1 << 16];
    private readonly long _step = Coprime(count);
    private long _next = -1;
    private int _at;
    private int _end;

    /// <summary>The n-th number of the range, country code included, without the order of the lines.</summary>
    internal static ulong Number(long n) => 79_000_000_000UL + ((ulong)n * Spacing) + (Mix((ulong)n) % Spacing);

    /// <summary>A number of the range that is not in the file.</summary>
    internal static ulong Absent(long n) =>
        79_000_000_000UL + ((ulong)n * Spacing) + ((Mix((ulong)n) + 1 + (Mix((ulong)n + 7) % (Spacing - 1))) % Spacing);

    /// <summary>Code of the operator of the n-th number.</summary>
    internal static string Operator(long n) => Operators[Mix((ulong)n + 3) % 6].Split(',')[0];

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_at == _end)
        {
            Generate();
        }
        var taken = Math.Min(count, _end - _at);
        _lines.AsSpan(_at, taken).CopyTo(buffer.AsSpan(offset));
        _at += taken;
        return taken;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Generate()
    {
        _at = _end = 0;
        if (_next < 0)
        {
            Text("Number,OwnerId,MNC,Route,RegionCode,PortDate,RowCount\n");
            _next = 0;
        }
        for (; _next < count && _end < _lines.Length - 128; _next++)
        {
            var n = shuffled ? (long)((UInt128)(ulong)_next * (ulong)_step % (ulong)count) : _next;
            Line(n);
        }
    }

    private void Line(long n)
    {
        var mixed = Mix((ulong)n + 11);
        Digits(Number(n) - 70_000_000_000UL, 10);
        Text(",");
        Text(Operators[Mix((ulong)n + 3) % 6]);
        Text(",25,");
        Digits(2014 + (mixed % 12), 4);
        Text("-");
        Digits(1 + (mixed / 12 % 12), 2);
        Text("-");
        Digits(1 + (mixed / 144 % 28), 2);
        Text("T");
        Digits(mixed / 5000 % 24, 2);
        Text(":");
        Digits(mixed / 120_000 % 60, 2);
        Text(":");
        Digits(mixed / 7_200_000 % 60, 2);
        Text("+03:00,\n");
    }

    private void Text(string text)
    {
        foreach (var c in text)
        {
            _lines[_end++] = (byte)c;
        }
    }

    private void Digits(ulong value, int digits)
    {
        Utf8Formatter.TryFormat(value, _lines.AsSpan(_end), out _, new System.Buffers.StandardFormat('D',
            (byte)digits));
        _end += digits;
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 31)) * 0x7FB5_D329_728E_A185;
        x = (x ^ (x >> 27)) * 0x81DA_DEF4_BC2D_D44D;
        return x ^ (x >> 33);
    }

    private static long Coprime(long count)
    {
        var step = (long)(count * 0.618_033_988_7) | 1;
        while (System.Numerics.BigInteger.GreatestCommonDivisor(step, count) != 1)
        {
            step += 2;
        }
        return step;
    }
}
