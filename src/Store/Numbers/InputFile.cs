using System.IO.Compression;
using System.Xml;

namespace Store.Numbers;

/// <summary>
/// Opens what operators deliver: plain text, .gz, the first file in a .zip, or an .xlsx workbook. What is cut or
/// damaged is refused, at the latest where the stream ends.
/// </summary>
public static class InputFile
{
    /// <summary>Opens a file by its extension.</summary>
    /// <param name="delimiter">What stands between the fields of a workbook's rows.</param>
    /// <exception cref="FormatException">The file is empty, or the archive is damaged or empty; reading the stream
    /// throws it as well.</exception>
    public static Stream Open(string path, char delimiter)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16,
            FileOptions.SequentialScan);
        try
        {
            if (file.CanSeek && file.Length == 0)
            {
                throw new FormatException($"{path} is empty (0 bytes); nothing was imported");
            }
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".gz" => new GzipFile(file),
                ".zip" => FirstOf(new ZipArchive(file, ZipArchiveMode.Read), path),
                ".xlsx" => new XlsxLines(file, delimiter),
                _ => file,
            };
        }
        catch (Exception error) when (error is InvalidDataException or XmlException or EndOfStreamException)
        {
            file.Dispose();
            throw new FormatException($"{path} is damaged or was cut: {error.Message} Nothing was imported.", error);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ZipEntryStream FirstOf(ZipArchive archive, string path) =>
        archive.Entries.FirstOrDefault(entry => entry.Length > 0) is { } entry ? new ZipEntryStream(entry, path)
            : throw new FormatException($"{path}: the archive has no file that is not empty; nothing was imported");
}
