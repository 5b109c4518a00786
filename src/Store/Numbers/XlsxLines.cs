using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Store.Numbers;

/// <summary>
/// The first worksheet of an XLSX workbook as lines of delimited text, so that it is read like any other file. A cell's
/// quotes, delimiters and line breaks become spaces.
/// </summary>
internal sealed class XlsxLines : Stream
{
    private readonly string _path;
    private readonly ZipArchive _archive;
    private readonly XmlReader _sheet;
    private readonly List<string> _shared;
    private readonly char _delimiter;
    private readonly MemoryStream _line = new();

    /// <exception cref="FormatException">The file is no workbook with a worksheet.</exception>
    /// <exception cref="InvalidDataException">It is no ZIP archive, or a damaged one.</exception>
    /// <exception cref="XmlException">A part of it is damaged.</exception>
    internal XlsxLines(FileStream file, char delimiter)
    {
        (_path, _delimiter) = (file.Name, delimiter);
        _archive = new ZipArchive(file, ZipArchiveMode.Read);
        _shared = ReadShared(_archive.GetEntry("xl/sharedStrings.xml"));
        var sheet = _archive.GetEntry("xl/worksheets/sheet1.xml")
            ?? throw new FormatException(
                $"{_path}: the workbook has no xl/worksheets/sheet1.xml; nothing was imported");
        _sheet = XmlReader.Create(new ZipEntryStream(sheet, _path), Settings);
    }

    // No outside entities: the workbook may come from anyone.
    private static XmlReaderSettings Settings => new() { DtdProcessing = DtdProcessing.Prohibit, CloseInput = true };

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="FormatException">The sheet is damaged.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_line.Position == _line.Length)
        {
            if (!TryReadRow(out var row))
            {
                return 0;
            }
            _line.SetLength(0);
            _line.Write(Encoding.UTF8.GetBytes(row));
            _line.Position = 0;
        }
        return _line.Read(buffer, offset, count);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _sheet.Dispose();
            _archive.Dispose();
        }
        base.Dispose(disposing);
    }

    private List<string> ReadShared(ZipArchiveEntry? entry)
    {
        var list = new List<string>();
        if (entry == null)
        {
            return list;
        }
        using var reader = XmlReader.Create(new ZipEntryStream(entry, _path), Settings);
        while (reader.ReadToFollowing("si"))
        {
            list.Add(ReadText(reader));
        }
        return list;
    }

    private bool TryReadRow(out string row)
    {
        try
        {
            var found = _sheet.ReadToFollowing("row");
            row = found ? ReadRow() : "";
            return found;
        }
        catch (XmlException error)
        {
            throw new FormatException($"{_path}: the worksheet is damaged: {error.Message} Nothing was imported.",
                error);
        }
    }

    private string Shared(string index, string? cell) =>
        int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < _shared.Count
            ? _shared[at]
            : throw new FormatException($"{_path}: cell {cell} is text {index} of xl/sharedStrings.xml, which has "
                + $"{_shared.Count}; nothing was imported");

    private string ReadRow()
    {
        var line = new StringBuilder();
        var column = 0;
        using var row = _sheet.ReadSubtree();
        while (row.ReadToFollowing("c"))
        {
            var place = Column(row.GetAttribute("r"), column);
            line.Append(_delimiter, Math.Max(0, place - column));
            column = Math.Max(place, column);
            var (type, cell) = (row.GetAttribute("t"), row.GetAttribute("r"));
            var text = ReadText(row);
            if (type == "s")
            {
                text = Shared(text, cell);
            }
            foreach (var c in text)
            {
                line.Append(c == _delimiter || c is '"' or '\n' or '\r' ? ' ' : c);
            }
        }
        return line.Append('\n').ToString();
    }

    /// <summary>The text of all v and t elements below the current one.</summary>
    private static string ReadText(XmlReader reader)
    {
        var text = new StringBuilder();
        using var part = reader.ReadSubtree();
        while (part.Read())
        {
            if (part.NodeType == XmlNodeType.Element && part.LocalName is "v" or "t")
            {
                text.Append(part.ReadString());
            }
        }
        return text.ToString();
    }

    /// <summary>"AB12" is column 27 from 0.</summary>
    private static int Column(string? reference, int next)
    {
        var column = 0;
        foreach (var c in reference ?? "")
        {
            if (c is < 'A' or > 'Z')
            {
                break;
            }
            column = (column * 26) + c - 'A' + 1;
        }
        return column is > 0 and <= Fields.Max ? column - 1 : next;
    }
}
