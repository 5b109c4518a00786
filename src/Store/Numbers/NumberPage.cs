using System.Buffers.Binary;
using System.Numerics;

namespace Store.Numbers;

/// <summary>
/// The numbers of one page: which of its thousand are ported, to whom, since when. Columns, each as narrow as the
/// page's content allows; about 6 bytes a number with dates to the second, under 2 without.
/// <code>
///  +-------+-----------+------------+----------------+------------+---------+-----------+-------+
///  | flags | count u16 | palette u8 | operators u16  | first date | places  | operators | dates |
///  |  u8   |    LE     |   size p   |   LE x p       | u32, if 1  |         |           |       |
///  +-------+-----------+------------+----------------+------------+---------+-----------+-------+
///  flags 0x01: places are a bitmap of 128 bytes, else count x u16 LE, ascending
///  flags 0x06: operators are 0 = the only one of the palette, 1 = 4 bits, 2 = 8 bits each (an index into the
///              palette), 3 = u16 LE each, no palette
///  an operator 0xffff: removed at that date; not ported, and not counted
///  flags 0x18: dates are 0 = absent, 1 = u16 LE days after the first date, 2 = u32 LE seconds since 2000
/// </code>
/// </summary>
internal static class NumberPage
{
    private const int Bitmap = 1;
    private const int BitmapSize = 128;
    private const int Day = 86400;

    /// <summary>The most bytes a page takes: 1000 numbers with wide operators and dates.</summary>
    internal const int MaxSize = 4 + (2 * 255) + 4 + BitmapSize + (NumberKey.PageNumbers * (2 + 4)) + 2000;

    /// <summary>Encodes entries of one page, ascending. Returns the length.</summary>
    internal static int Encode(ReadOnlySpan<NumberChange> entries, Span<byte> page)
    {
        Span<ushort> palette = stackalloc ushort[255];
        var colours = Palette(entries, palette);
        var operatorCode = colours switch { < 0 => 3, 1 => 0, <= 16 => 1, _ => 2 };
        var dateCode = DateCode(entries, out var first);
        var bitmap = entries.Length * sizeof(ushort) > BitmapSize;
        page[0] = (byte)((bitmap ? Bitmap : 0) | (operatorCode << 1) | (dateCode << 3));
        BinaryPrimitives.WriteUInt16LittleEndian(page[1..], (ushort)entries.Length);
        page[3] = (byte)Math.Max(colours, 0);
        var at = 4;
        for (var i = 0; i < colours; i++, at += sizeof(ushort))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(page[at..], palette[i]);
        }
        if (dateCode == 1)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(page[at..], first);
            at += sizeof(uint);
        }
        at += WritePlaces(entries, page[at..], bitmap);
        at += WriteOperators(entries, page[at..], operatorCode, palette[..Math.Max(colours, 0)]);
        return at + WriteDates(entries, page[at..], dateCode, first);
    }

    /// <summary>Who has the number at a place of the page; false when it is not ported.</summary>
    internal static bool TryFind(ReadOnlySpan<byte> page, int low, out ushort operatorId, out uint date)
    {
        operatorId = 0;
        date = 0;
        var columns = new Columns(page);
        var rank = columns.Rank(low);
        if (rank < 0)
        {
            return false;
        }
        operatorId = columns.Operator(rank);
        date = columns.Date(rank);
        return true;
    }

    /// <summary>Appends the entries of a page to a list.</summary>
    internal static void Decode(ulong page, ReadOnlySpan<byte> value, List<NumberChange> entries)
    {
        var columns = new Columns(value);
        for (int low = 0, rank = 0; rank < columns.Count; low++)
        {
            if (columns.Rank(low) >= 0)
            {
                entries.Add(new NumberChange
                {
                    Key = NumberKey.Of(page, low),
                    Operator = columns.Operator(rank),
                    Date = columns.Date(rank++),
                });
            }
            if (low >= NumberKey.PageNumbers)
            {
                throw new StoreException(StoreFault.Corrupt, "A page of ported numbers is damaged. Import them again.");
            }
        }
    }

    /// <summary>How many entries a page holds, removed ones among them.</summary>
    internal static int Count(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt16LittleEndian(page[1..]);

    /// <summary>How many of its entries are not removed.</summary>
    internal static int CountLive(ReadOnlySpan<byte> page)
    {
        var columns = new Columns(page);
        var live = columns.Count;
        for (var rank = 0; rank < columns.Count; rank++)
        {
            live -= columns.Operator(rank) == NumberChange.RemovedOperator ? 1 : 0;
        }
        return live;
    }

    /// <summary>Whether a value has the size that its header says.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> page) => page.Length > 4 && new Columns(page).IsWhole;

    private static int Palette(ReadOnlySpan<NumberChange> entries, Span<ushort> palette)
    {
        var count = 0;
        foreach (ref readonly var entry in entries)
        {
            if (palette[..count].Contains(entry.Operator))
            {
                continue;
            }
            if (count == palette.Length)
            {
                return -1;
            }
            palette[count++] = entry.Operator;
        }
        return count;
    }

    private static int DateCode(ReadOnlySpan<NumberChange> entries, out uint first)
    {
        first = uint.MaxValue;
        uint last = 0;
        var days = true;
        foreach (ref readonly var entry in entries)
        {
            first = Math.Min(first, entry.Date);
            last = Math.Max(last, entry.Date);
            days &= entry.Date % Day == 0;
        }
        return last == 0 ? 0 : days && first != 0 && (last - first) / Day <= ushort.MaxValue ? 1 : 2;
    }

    private static int WritePlaces(ReadOnlySpan<NumberChange> entries, Span<byte> to, bool bitmap)
    {
        if (bitmap)
        {
            to[..BitmapSize].Clear();
        }
        for (var i = 0; i < entries.Length; i++)
        {
            var low = NumberKey.Low(entries[i].Key);
            if (bitmap)
            {
                to[low >> 3] |= (byte)(1 << (low & 7));
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(to[(i * sizeof(ushort))..], (ushort)low);
            }
        }
        return bitmap ? BitmapSize : entries.Length * sizeof(ushort);
    }

    private static int WriteOperators(ReadOnlySpan<NumberChange> entries, Span<byte> to, int code,
        ReadOnlySpan<ushort> palette)
    {
        for (var i = 0; i < entries.Length && code > 0; i++)
        {
            if (code == 3)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(to[(i * sizeof(ushort))..], entries[i].Operator);
                continue;
            }
            var index = palette.IndexOf(entries[i].Operator);
            if (code == 2)
            {
                to[i] = (byte)index;
            }
            else
            {
                to[i >> 1] = (byte)((i & 1) == 0 ? index : to[i >> 1] | (index << 4));
            }
        }
        return OperatorBytes(code, entries.Length);
    }

    private static int OperatorBytes(int code, int count) =>
        code switch { 0 => 0, 1 => (count + 1) / 2, 2 => count, _ => count * sizeof(ushort) };

    private static int WriteDates(ReadOnlySpan<NumberChange> entries, Span<byte> to, int code, uint first)
    {
        for (var i = 0; i < entries.Length && code > 0; i++)
        {
            if (code == 1)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(to[(i * sizeof(ushort))..],
                    (ushort)((entries[i].Date - first) / Day));
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(to[(i * sizeof(uint))..], entries[i].Date);
            }
        }
        return entries.Length * code * sizeof(ushort);
    }

    /// <summary>Where the columns of an encoded page begin.</summary>
    private readonly ref struct Columns
    {
        private readonly ReadOnlySpan<byte> _page;
        private readonly int _flags;
        private readonly int _places;
        private readonly int _operators;
        private readonly int _dates;

        internal Columns(ReadOnlySpan<byte> page)
        {
            _page = page;
            _flags = page[0];
            Count = NumberPage.Count(page);
            _places = 4 + (page[3] * sizeof(ushort)) + (DateCode == 1 ? sizeof(uint) : 0);
            _operators = _places + (IsBitmap ? BitmapSize : Count * sizeof(ushort));
            _dates = _operators + OperatorBytes(OperatorCode, Count);
        }

        internal int Count { get; }

        internal bool IsWhole => Count is > 0 and <= NumberKey.PageNumbers
            && _page.Length == _dates + (Count * DateCode * sizeof(ushort));

        private bool IsBitmap => (_flags & Bitmap) != 0;

        private int OperatorCode => (_flags >> 1) & 3;

        private int DateCode => (_flags >> 3) & 3;

        /// <summary>The index of a place among those that are taken, or -1.</summary>
        internal int Rank(int low)
        {
            if (!IsBitmap)
            {
                return Search(low);
            }
            var bits = _page.Slice(_places, BitmapSize);
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bits[((low >> 6) * 8)..]);
            if ((word >> (low & 63) & 1) == 0)
            {
                return -1;
            }
            var rank = BitOperations.PopCount(word & ((1UL << (low & 63)) - 1));
            for (var i = 0; i < low >> 6; i++)
            {
                rank += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(bits[(i * 8)..]));
            }
            return rank;
        }

        internal ushort Operator(int rank) => OperatorCode switch
        {
            0 => PaletteAt(0),
            1 => PaletteAt((_page[_operators + (rank >> 1)] >> ((rank & 1) * 4)) & 0xF),
            2 => PaletteAt(_page[_operators + rank]),
            _ => BinaryPrimitives.ReadUInt16LittleEndian(_page[(_operators + (rank * sizeof(ushort)))..]),
        };

        internal uint Date(int rank) => DateCode switch
        {
            0 => 0,
            1 => BinaryPrimitives.ReadUInt32LittleEndian(_page[(_places - sizeof(uint))..])
                + (BinaryPrimitives.ReadUInt16LittleEndian(_page[(_dates + (rank * sizeof(ushort)))..]) * (uint)Day),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(_page[(_dates + (rank * sizeof(uint)))..]),
        };

        private ushort PaletteAt(int index) =>
            BinaryPrimitives.ReadUInt16LittleEndian(_page[(4 + (index * sizeof(ushort)))..]);

        private int Search(int low)
        {
            int from = 0, to = Count;
            while (from < to)
            {
                var middle = (from + to) / 2;
                var place = BinaryPrimitives.ReadUInt16LittleEndian(_page[(_places + (middle * sizeof(ushort)))..]);
                if (place == low)
                {
                    return middle;
                }
                if (place < low)
                {
                    from = middle + 1;
                }
                else
                {
                    to = middle;
                }
            }
            return -1;
        }
    }
}
