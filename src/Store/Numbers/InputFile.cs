using System.IO.Compression;

namespace Store.Numbers;

/// <summary>Opens what operators deliver: plain text, .gz, the first file in a .zip, or an .xlsx workbook.</summary>
public static class InputFile
{
    /// <exception cref="FormatException">The archive is damaged or empty.</exception>
    /// <summary>Opens a file by its extension.</summary>
    /// <param name="delimiter">What stands between the fields of a workbook's rows.</param>
    public static Stream Open(string path, char delimiter)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16,
            FileOptions.SequentialScan);
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".gz" => new GZipStream(file, CompressionMode.Decompress),
                ".zip" => new ZipArchive(file, ZipArchiveMode.Read).Entries.FirstOrDefault(e => e.Length > 0)?.Open()
                    ?? throw new FormatException($"{path}: the archive is empty"),
                ".xlsx" => new XlsxLines(file, delimiter),
                _ => file,
            };
        }
        catch (InvalidDataException error)
        {
            file.Dispose();
            throw new FormatException($"{path}: {error.Message}", error);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
