using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Appliance.Operate.Metrics;

/// <summary>One time series that can write itself.</summary>
internal interface ISample
{
    void Write(ref SampleWriter writer);
}

/// <summary>
/// The lines of one time series in the Prometheus text format 0.0.4:
/// <code>
///   name{label="value",...} 42
///   name_bucket{label="value",...,le="0.005"} 42
/// </code>
/// </summary>
/// <param name="name">The family's name.</param>
/// <param name="labels">name="value" pairs, escaped and joined by commas; or empty.</param>
internal ref struct SampleWriter(IBufferWriter<byte> output, string name, string labels)
{
    private const double LargestDecimal = 1e27;

    public readonly void Sample(string suffix, long value)
    {
        Start(suffix, null);
        Span<byte> digits = stackalloc byte[24];
        Utf8Formatter.TryFormat(value, digits, out var length);
        output.Write(digits[..length]);
        output.Write("\n"u8);
    }

    public readonly void Sample(string suffix, double value)
    {
        Start(suffix, null);
        output.Write(Encoding.UTF8.GetBytes(Number(value)));
        output.Write("\n"u8);
    }

    public readonly void Bucket(double bound, long cumulative)
    {
        Start("_bucket", Number(bound));
        output.Write(Encoding.UTF8.GetBytes(Number(cumulative)));
        output.Write("\n"u8);
    }

    /// <summary>Plain decimal digits: what a scale of 1e-9 leaves behind the 15th is noise.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        if (Math.Abs(value) > LargestDecimal)
            return value.ToString("G15", CultureInfo.InvariantCulture);
        // The conversion rounds to 15 significant digits.
        return ((decimal)value).ToString("0.##################", CultureInfo.InvariantCulture);
    }

    /// <summary>A label's value: backslash, quote and newline are escaped.</summary>
    public static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private readonly void Start(string suffix, string? bound)
    {
        var line = new StringBuilder(name).Append(suffix);
        if (labels.Length > 0 || bound is not null)
        {
            line.Append('{').Append(labels);
            if (bound is not null)
                line.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(bound).Append('"');
            line.Append('}');
        }

        output.Write(Encoding.UTF8.GetBytes(line.Append(' ').ToString()));
    }
}
