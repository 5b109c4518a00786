using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Harness;

/// <summary>Sends messages over HTTP, many a request, and keeps the ids of those that were acknowledged.</summary>
internal sealed class Batches(ApplianceProcess appliance)
{
    private const int Largest = 500;
    private int _number;

    public List<string> Acknowledged { get; } = [];

    /// <summary>Sends so many; refused ones and a connection that breaks are the sender's to try again.</summary>
    /// <returns>The problem types of refusals, and "broken" for a request without an answer.</returns>
    public async Task<IReadOnlyList<string>> SendAsync(int count)
    {
        var trouble = new List<string>();
        for (var sent = 0; sent < count; sent += Largest)
        {
            var messages = Enumerable.Range(0, Math.Min(Largest, count - sent)).Select(_ => Message()).ToArray();
            try
            {
                using var answer = await appliance.Http.PostAsJsonAsync("/api/v1/messages", new { messages });
                Keep(answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!, trouble);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                trouble.Add("broken");
                return trouble;
            }
        }
        return trouble;
    }

    /// <summary>Waits until every acknowledged message has reached a final state.</summary>
    public async Task AllFinalAsync(TimeSpan? within = null)
    {
        var open = new Queue<string>(Acknowledged);
        await Until.True("every acknowledged message is known and final", async () =>
        {
            while (open.TryPeek(out var id))
            {
                var record = await appliance.MessageAsync(id)
                    ?? throw new Xunit.Sdk.XunitException($"{id} was acknowledged and is not known");
                if (!Story.IsFinal(record))
                    return false;
                open.Dequeue();
            }
            return true;
        }, within ?? TimeSpan.FromSeconds(60));
    }

    private void Keep(HttpStatusCode status, JsonObject answer, List<string> trouble)
    {
        if (answer["results"] is not JsonArray results)
        {
            trouble.Add((string?)answer["type"] ?? status.ToString());
            return;
        }
        foreach (var result in results)
        {
            if ((string?)result!["message_id"] is { } id)
                Acknowledged.Add(id);
            else
                trouble.Add((string)result["problem"]!["type"]!);
        }
    }

    /// <summary>Text that hardly compresses, so that it takes its room on the disk.</summary>
    private object Message()
    {
        var number = _number++;
        var text = Convert.ToBase64String(BitConverter.GetBytes(Random.Shared.NextInt64()));
        return new { from = "Batch", to = $"4477{number % 100_000_000:00000000}", body = $"{number} {text} {Guid.NewGuid()} {Guid.NewGuid()}" };
    }
}
