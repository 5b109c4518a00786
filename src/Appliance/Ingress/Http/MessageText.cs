using System.Text;
using Codec;

namespace Appliance.Ingress.Http;

/// <summary>A text of UTF-16 to the segments of a submission.</summary>
internal static class MessageText
{
    // 160 septets, one an octet; every other form is shorter, header included.
    private const int MaxSegmentOctets = 160;

    /// <summary>What `encoding` may be; null stands for the cheapest.</summary>
    public static readonly (string Name, TextEncoding? Encoding)[] Encodings =
    [
        ("auto", null), ("gsm7", TextEncoding.Gsm7), ("latin1", TextEncoding.Latin1), ("ucs2", TextEncoding.Ucs2),
    ];

    // The handset joins parts by sender and reference; neighbours must differ, nodes should not begin alike.
    private static int _reference = Random.Shared.Next();

    /// <summary>Adds the text's segments; returns what is wrong with the text, or null.</summary>
    public static string? TryEncode(ReadOnlySpan<char> text, TextEncoding? encoding, HttpSubmission submission)
    {
        SegmentPlan plan;
        if (encoding is null)
            plan = Segmentation.Plan(text);
        else if (!Segmentation.TryPlan(text, encoding.Value, ConcatenationForm.Udh8, out plan))
            return Unencodable(text, encoding.Value);
        if (plan.Segments > SegmentPlan.MaxSegments)
        {
            return $"found a text of {plan.Segments} segments, expected at most {SegmentPlan.MaxSegments} "
                + $"({plan.UnitsPerSegment} characters of {NameOf(plan.Encoding)} each)";
        }

        submission.DataCoding = plan.DataCoding;
        submission.HasUserDataHeader = plan.HasHeader;
        AddSegments(text, plan, submission);
        return null;
    }

    private static void AddSegments(ReadOnlySpan<char> text, in SegmentPlan plan, HttpSubmission submission)
    {
        var reference = plan.Segments > 1 ? (ushort)Interlocked.Increment(ref _reference) : (ushort)0;
        Span<byte> segment = stackalloc byte[MaxSegmentOctets];
        for (var index = 0; index < plan.Segments; index++)
        {
            var header = Segmentation.WriteHeader(plan, index, reference, segment);
            var take = plan.Segments > 1 ? Segmentation.Take(text, plan) : text.Length;
            var length = header + Segmentation.Encode(text[..take], plan, segment[header..]);
            segment[..length].CopyTo(submission.AddSegment(length));
            text = text[take..];
        }
    }

    private static string Unencodable(ReadOnlySpan<char> text, TextEncoding encoding)
    {
        var index = encoding == TextEncoding.Gsm7 ? Gsm7.IndexOfUnencodable(text) : Latin1.IndexOfUnencodable(text);
        Rune.DecodeFromUtf16(text[index..], out var rune, out _);
        return $"found U+{rune.Value:X4} at character {index}, expected characters of {NameOf(encoding)}";
    }

    private static string NameOf(TextEncoding encoding) =>
        Encodings.First(choice => choice.Encoding == encoding).Name;
}
