using System.Text;

namespace Store.Native;

/// <summary>Zero-terminated UTF-8 copies of strings for the control path.</summary>
internal static class Texts
{
    internal static byte[] Of(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
