using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Money;
using Appliance.Records;
using Store;
using Xunit;

namespace Appliance.Tests.Money;

/// <summary>Money that does not add up is found, and its account named.</summary>
public sealed class BalanceCheckTests
{
    private const ushort Acme = 3;

    private readonly List<(ulong Position, byte[] Record)> _records = [];
    private ulong _restartFrom;

    public BalanceCheckTests()
    {
        Add(new Adjusted { Kind = RecordKind.Adjusted, Account = Acme, Amount = 1000, Balance = 1000 });
        Add(new Accepted
        {
            Kind = RecordKind.Accepted, Account = Acme, Segments = 2, Price = 100, Marks = AcceptedMarks.Charged,
        });
        Add(new MoneyChange { Head = new EventHead { Kind = RecordKind.Refunded }, Account = Acme, Amount = 100 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_adds_up_is_whole_from_a_mark_too(bool marked)
    {
        if (marked) _restartFrom = Mark(900);
        Add(new MoneyChange { Head = new EventHead { Kind = RecordKind.Charged }, Account = Acme, Amount = 50 });
        Add(new Adjusted { Kind = RecordKind.Adjusted, Account = Acme, Amount = -50, Balance = 800 });
        Assert.Empty(Findings());
    }

    [Fact]
    public void A_mark_that_says_something_else_is_found_once()
    {
        _restartFrom = Mark(901);
        Add(new Adjusted { Kind = RecordKind.Adjusted, Account = Acme, Amount = 99, Balance = 1000 });
        var finding = Assert.Single(Findings());
        Assert.Equal(CheckSeverity.Damage, finding.Severity);
        Assert.Contains("account acme: ", finding.What, StringComparison.Ordinal);
        Assert.Contains("adds up to 0.0009, the mark at position 4 says 0.000901", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_that_leaves_an_account_out_takes_all_it_has()
    {
        _restartFrom = Mark(null);
        Assert.Contains("says 0.00", Assert.Single(Findings()).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_that_reads_from_too_late_finds_something_else()
    {
        _restartFrom = 3;
        Assert.Contains("adds up to 0.0009, a start would find 0.0001", Assert.Single(Findings()).What,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_payment_that_is_counted_wrong_is_found()
    {
        Add(new Adjusted { Kind = RecordKind.Adjusted, Account = Acme, Amount = 100, Balance = 1100 });
        Assert.Contains("adds up to 0.001, the payment at position 4 says 0.0011", Findings()[0].What,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_retention_has_let_go_of_the_beginning_it_counts_from_the_first_mark()
    {
        _records.RemoveAt(0);
        _restartFrom = Mark(900);
        Add(new Adjusted { Kind = RecordKind.Adjusted, Account = Acme, Amount = 100, Balance = 1000 });
        Assert.Empty(Findings(isFromFirst: false));
        Mark(999);
        Assert.Contains("adds up to 0.001, the mark at position 6 says 0.000999", Assert.Single(
            Findings(isFromFirst: false)).What, StringComparison.Ordinal);
    }

    private IReadOnlyList<CheckFinding> Findings(bool isFromFirst = true)
    {
        var check = new BalanceCheck();
        check.Begin(Fact, isFromFirst);
        foreach (var (position, record) in _records) check.Take(position, record);
        return check.Finish();
    }

    private byte[]? Fact(ReadOnlySpan<byte> key)
    {
        if (key.SequenceEqual(Checkpoint.Key))
        {
            var value = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(value, _restartFrom);
            return value;
        }

        return key.SequenceEqual("name/account/\0\x03"u8) ? "acme"u8.ToArray() : null;
    }

    /// <summary>Gives where it is.</summary>
    private ulong Mark(long? balance)
    {
        var head = new BalanceMark { Kind = RecordKind.BalanceMark, Count = (ushort)(balance is null ? 0 : 1) };
        var entry = new BalanceMarkEntry { Account = Acme, Balance = balance ?? 0 };
        return Add(balance is null ? [.. Bytes(in head)] : [.. Bytes(in head), .. Bytes(in entry)]);
    }

    private void Add<T>(in T record) where T : unmanaged => Add(Bytes(in record));

    private ulong Add(byte[] record)
    {
        var position = (_records.Count == 0 ? 0 : _records[^1].Position) + 1;
        _records.Add((position, record));
        return position;
    }

    private static byte[] Bytes<T>(in T record) where T : unmanaged
    {
        var bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, in record);
        return bytes;
    }
}
