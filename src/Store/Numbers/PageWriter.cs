using Store.Native;

namespace Store.Numbers;

/// <summary>Collects ascending entries into pages and writes them to table files.</summary>
internal sealed class PageWriter(SstWriter tables)
{
    private readonly NumberChange[] _entries = new NumberChange[NumberKey.PageNumbers];
    private readonly byte[] _value = new byte[NumberPage.MaxSize];
    private ulong _page;
    private int _count;

    internal long Numbers { get; private set; }

    internal long Blocks { get; private set; }

    /// <summary>Bit n: there are blocks of n digits.</summary>
    internal int BlockLengths { get; private set; }

    /// <summary>Adds an entry that is not removed; its key is above the last one's.</summary>
    internal void Add(in NumberChange entry)
    {
        var page = NumberKey.Page(entry.Key);
        if (page != _page)
        {
            FlushPage();
            _page = page;
        }
        _entries[_count++] = entry;
        var digits = NumberKey.BlockDigits(entry.Key);
        if (digits > 0)
        {
            Blocks++;
            BlockLengths |= 1 << digits;
        }
        else
        {
            Numbers++;
        }
    }

    internal void Finish()
    {
        FlushPage();
        tables.Finish();
    }

    private void FlushPage()
    {
        if (_count == 0)
        {
            return;
        }
        Span<byte> key = stackalloc byte[NumberKey.PageKeySize];
        NumberKey.WritePage(key, _page);
        var length = NumberPage.Encode(_entries.AsSpan(0, _count), _value);
        tables.Put(key, _value.AsSpan(0, length));
        _count = 0;
    }
}
