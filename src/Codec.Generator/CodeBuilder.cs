using System.Text;

namespace Codec.Generator;

/// <summary>Text with indentation.</summary>
internal sealed class CodeBuilder
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "") =>
        _text.Append(' ', line.Length == 0 ? 0 : _depth * 4).Append(line).Append('\n');

    /// <summary>A line and a brace.</summary>
    public void Open(string line)
    {
        Line(line);
        Line("{");
        _depth++;
    }

    public void Close()
    {
        _depth--;
        Line("}");
    }

    public override string ToString() => _text.ToString();
}
