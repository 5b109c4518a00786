using System.Text.Json;
using Appliance.Operate.Http;
using Store;

namespace Appliance.Operate.Storage;

/// <summary>A line of the audit. It names no number, and nothing a number could be found out from.</summary>
/// <param name="Event">"erased" on request, "completed" for messages that were pending, "failed".</param>
/// <param name="By">Who asked, as they said.</param>
/// <param name="From">The address the request came from.</param>
/// <param name="Error">Why it failed.</param>
public sealed record ErasureEntry(
    DateTime At, string Event, string? By, string? From, int Messages, long Records, int Cancelled, int Pending,
    string? Error);

/// <summary>
/// The file erasures.jsonl in the data folder: a line of JSON for each erasure, only ever appended to, on the disk
/// before anybody is answered.
/// </summary>
/// <param name="data">The data folder.</param>
public sealed class ErasureAudit(string data)
{
    public const string FileName = "erasures.jsonl";

    private readonly string _path = Path.Combine(data, FileName);

    /// <exception cref="StoreException">The line could not be written.</exception>
    public void Append(ErasureEntry entry)
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, AdminJson.Default.ErasureEntry), (byte)'\n']);
            file.Flush(flushToDisk: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFault.Failed,
                $"The audit line of an erasure could not be written to {_path}: {error.Message}", error);
        }
    }
}
