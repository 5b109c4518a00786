using System.Collections.Concurrent;
using System.Text;
using Appliance;
using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Money;
using Appliance.Numbering.Lookups;
using Appliance.Operate;

namespace Operate.Tests.Http;

/// <summary>Keeps what is handed in, and answers as the test says.</summary>
internal sealed class FakeAdmission : IAdmission
{
    private readonly AccountKeys _keys = new(
    [
        (0, Account("demo", "demo-key")),
        (1, new AccountConfiguration { Name = "without-http" }),
        (2, Account("other", "other-key")),
    ]);

    /// <summary>What was handed in, copied before it was completed.</summary>
    public ConcurrentQueue<Received> Messages { get; } = [];

    public ConcurrentDictionary<(int Account, Guid Id), MessageRecord> Records { get; } = [];

    /// <summary>The answer to a submission; accepts by default.</summary>
    public Func<Received, AdmissionResult> Answer { get; set; } = received => Accept(received.Segments.Length);

    /// <summary>Whether submissions are completed by another thread, as the ring does, or at once.</summary>
    public bool Later { get; set; } = true;

    public static AdmissionResult Accept(int segments) =>
        AdmissionResult.Accepted(Guid.CreateVersion7(), segments, DateTimeOffset.UtcNow);

    public TimeSpan LongestValidity => TimeSpan.FromDays(14);

    public AccountView? Authenticate(ReadOnlySpan<byte> bearerKey) => _keys.Find(bearerKey);

    public ValueTask<AdmissionResult> SubmitAsync(HttpSubmission message)
    {
        var received = new Received(message);
        Messages.Enqueue(received);
        var result = Answer(received);
        if (!Later)
            return ValueTask.FromResult(result);
        var completion = message.Completion;
        message.Complete(result);
        return completion;
    }

    public ValueTask<bool> ConvertAsync(int account, Guid messageId) =>
        ValueTask.FromResult(Records.ContainsKey((account, messageId)));

    public ValueTask<MessageRecord?> FindAsync(int account, Guid messageId) =>
        ValueTask.FromResult(Records.GetValueOrDefault((account, messageId)));

    /// <summary>What was asked for in lists.</summary>
    public ConcurrentQueue<(int Account, MessageQuery Query)> Queries { get; } = [];

    public MessagePage Page { get; set; } = new([], null);

    /// <summary>What becomes of a wish to cancel a message there is.</summary>
    public ChangeResult Cancelled { get; set; } = ChangeResult.Done;

    public ValueTask<(ChangeResult Result, MessageRecord? Record)> CancelAsync(int account, Guid messageId) =>
        ValueTask.FromResult(Records.TryGetValue((account, messageId), out var record)
            ? (Cancelled, record)
            : (ChangeResult.NotFound, (MessageRecord?)null));

    public ValueTask<MessagePage> ListAsync(int account, MessageQuery query)
    {
        Queries.Enqueue((account, query));
        return ValueTask.FromResult(Page);
    }

    /// <summary>What was asked for of mobiles' messages.</summary>
    public ConcurrentQueue<(int Account, ulong After, int Limit)> Inbound { get; } = [];

    public InboundPage InboundPage { get; set; } = new([], null);

    public ValueTask<InboundPage> InboundAsync(int account, ulong after, int limit)
    {
        Inbound.Enqueue((account, after, limit));
        return ValueTask.FromResult(InboundPage);
    }

    /// <summary>Numbers that were looked up.</summary>
    public ConcurrentQueue<(int Account, string Number)> Lookups { get; } = [];

    public ValueTask<LookupAnswer> LookUpAsync(int account, string number, CancellationToken cancellation)
    {
        Lookups.Enqueue((account, number));
        return ValueTask.FromResult(new LookupAnswer(
            true, number, "Öne & Co", "234", "01", "mobile", false, "GB", 44, "prefix", null));
    }

    public string Currency => "EUR";

    public ValueTask<BalanceView> BalanceAsync(int account) =>
        ValueTask.FromResult(account == 0 ? new BalanceView(true, -250_000, 1_000_000) : default);

    public bool TryReadCursor(string text, out ulong before) => ulong.TryParse(text, out before);

    private static AccountConfiguration Account(string name, string key)
    {
        var json = "{\"accounts\": [{\"name\": \"" + name + "\", \"http\": {\"key\": \"" + key + "\"}}]}";
        return Configuration.Parse(Encoding.UTF8.GetBytes(json), "test").Configuration!.Accounts[0];
    }
}

internal sealed class Received(HttpSubmission message)
{
    public int Account { get; } = message.Account;

    public (string Address, int Ton, int Npi) Source { get; } =
        (Encoding.ASCII.GetString(message.Source), message.SourceTon, message.SourceNpi);

    public (string Address, int Ton, int Npi) Destination { get; } =
        (Encoding.ASCII.GetString(message.Destination), message.DestinationTon, message.DestinationNpi);

    public int DataCoding { get; } = message.DataCoding;

    public bool HasUserDataHeader { get; } = message.HasUserDataHeader;

    public TimeSpan ValidityPeriod { get; } = message.ValidityPeriod;

    public int Priority { get; } = message.Priority;

    public uint DueSeconds { get; } = message.DueSeconds;

    public (string? Key, int Index) Name { get; } = (message.IdempotencyKey, message.Index);

    public ulong BatchHash { get; } = message.BatchHash;

    public string Text { get; } = message.Text.ToString();

    public string Tlvs { get; } = Convert.ToHexString(message.Tlvs);

    public ulong ContentHash { get; } = message.ContentHash();

    public byte[][] Segments { get; } =
        [.. Enumerable.Range(0, message.SegmentCount).Select(index => message.Segment(index).ToArray())];
}
