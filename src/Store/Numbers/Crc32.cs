using System.Buffers.Binary;

namespace Store.Numbers;

/// <summary>The checksum of gzip and zip (RFC 1952, 8), eight bytes a step.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Lanes = 8;

    private static readonly uint[] s_tables = Tables();

    /// <summary>Goes on from <paramref name="crc"/>, which is 0 at the beginning.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var tables = s_tables;
        crc = ~crc;
        for (; bytes.Length >= Lanes; bytes = bytes[Lanes..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[(7 << 8) + (byte)low] ^ tables[(6 << 8) + (byte)(low >> 8)]
                ^ tables[(5 << 8) + (byte)(low >> 16)] ^ tables[(4 << 8) + (int)(low >> 24)]
                ^ tables[(3 << 8) + (byte)high] ^ tables[(2 << 8) + (byte)(high >> 8)]
                ^ tables[(1 << 8) + (byte)(high >> 16)] ^ tables[(int)(high >> 24)];
        }
        foreach (var b in bytes)
        {
            crc = tables[(byte)(crc ^ b)] ^ (crc >> 8);
        }
        return ~crc;
    }

    /// <summary>Table n says what a byte does that n bytes follow.</summary>
    private static uint[] Tables()
    {
        var tables = new uint[Lanes << 8];
        for (var i = 0; i < 256; i++)
        {
            var crc = (uint)i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }
            tables[i] = crc;
        }
        for (var i = 256; i < tables.Length; i++)
        {
            tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        }
        return tables;
    }
}
