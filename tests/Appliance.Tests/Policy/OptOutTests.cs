using System.Text;
using Appliance.Policy;
using Appliance.Policy.OptOuts;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Policy;

public class OptOutTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true);

    internal static bool Add(OptOutList list, ushort account, string number, string sender) =>
        OptOutKey.TryCreate(account, Octets(number), Octets(sender), out var key) && list.Add(key);

    [Theory]
    [InlineData("ACME", "447700900123", Samples.Acme, MessageClass.Promotional, true)]
    [InlineData("acme", "+447700900123", Samples.Acme, MessageClass.Promotional, true)]
    [InlineData("SHOP", "447700900123", Samples.Acme, MessageClass.Promotional, false)]
    [InlineData("ACME", "447700900124", Samples.Acme, MessageClass.Promotional, false)]
    [InlineData("ACME", "447700900123", Samples.Other, MessageClass.Promotional, false)]
    [InlineData("ACME", "447700900123", Samples.Acme, MessageClass.Otp, false)]
    [InlineData("SHOP", "33600000001", Samples.Acme, MessageClass.Promotional, true)]
    [InlineData("", "33600000001", Samples.Acme, MessageClass.Promotional, true)]
    [InlineData("ACME", "no number", Samples.Acme, MessageClass.Promotional, false)]
    public void An_opt_out_is_by_account_sender_and_number(
        string source, string destination, ushort account, MessageClass kind, bool refused)
    {
        var list = new OptOutList();
        Assert.True(Add(list, Samples.Acme, "447700900123", "ACME"));
        Assert.True(Add(list, Samples.Acme, "33600000001", ""));
        var verdict = new Samples
        {
            Source = source, Destination = destination, Account = account, Class = kind, OptOuts = list,
        }.Check(new PolicyRules
        {
            OptOut = new OptOutRules { Classes = MessageClasses.Promotional | MessageClasses.Transactional },
        });
        Assert.Equal(refused ? ("opt_out", PolicyCode.OptOut) : (null, PolicyCode.None), (verdict.Rule, verdict.Code));
    }

    [Fact]
    public void A_key_holds_account_and_number_as_they_are()
    {
        foreach (var number in (string[])["0", "07", "7", "123456789012345", "999999999999999", "010000000000000"])
        {
            foreach (var account in (ushort[])[0, 1, 255, ushort.MaxValue])
            {
                Assert.True(OptOutKey.TryCreate(account, Octets(number), "X"u8, out var key));
                Assert.Equal((account, number, false), (key.Account, key.Number, key.IsAnySender));
                Assert.True(key.With([]).IsAnySender);
                Assert.NotEqual(0UL, key.High);
            }
        }

        Assert.False(OptOutKey.TryCreate(1, "1234567890123456"u8, [], out _));
        Assert.False(OptOutKey.TryCreate(1, "12a"u8, [], out _));
        Assert.False(OptOutKey.TryCreate(1, "+"u8, [], out _));
        Assert.False(OptOutKey.TryCreate(1, "00"u8, [], out _));
        foreach (var dialled in (string[])["+447700900123", "00447700900123", "447700900123"])
        {
            Assert.True(OptOutKey.TryCreate(1, Octets(dialled), [], out var same));
            Assert.Equal("447700900123", same.Number);
        }
    }

    [Fact]
    public void It_agrees_with_a_set_after_any_changes() =>
        Prop.ForAll(Gen.ListOf(Steps()).ToArbitrary(), steps =>
        {
            var list = new OptOutList();
            var model = new HashSet<string>();
            foreach (var (add, number, sender) in steps)
            {
                OptOutKey.TryCreate(1, Octets(number), Octets(sender), out var key);
                var name = number + " " + sender;
                if (add ? list.Add(key) != model.Add(name) : list.Remove(key) != model.Remove(name)) return false;
                if (list.Contains(key) != model.Contains(name)) return false;
            }

            return list.Count == model.Count;
        }).Check(Many);

    [Fact]
    public void A_hundred_thousand_are_all_found_through_growth_and_removal()
    {
        const int Count = 100_000;
        var list = new OptOutList();
        for (var i = 0; i < Count; i++) Assert.True(list.Add(Key(i)));
        for (var i = 0; i < Count; i += 2) Assert.True(list.Remove(Key(i)));
        for (var i = Count; i < Count + (Count / 2); i++) Assert.True(list.Add(Key(i)));
        Assert.Equal(Count, list.Count);
        for (var i = 0; i < 2 * Count; i++)
            Assert.Equal(i < Count ? i % 2 == 1 : i < Count + (Count / 2), list.Contains(Key(i)));
        // 64 to 80 % full after a rebuild; what was removed may take a slot until the next.
        Assert.InRange(list.Bytes / (double)Count, 20, 40);
    }

    [Fact]
    public void Readers_never_miss_what_is_there_while_one_thread_changes_the_list()
    {
        var list = new OptOutList();
        for (var i = 0; i < 1000; i++) list.Add(Key(i));
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var missed = 0;
            for (var i = 0; !stop.IsCancellationRequested; i = (i + 1) % 1000)
            {
                if (!list.Contains(Key(i))) missed++;
                if (list.Contains(Key(5_000_000 + i))) missed++;
            }

            return missed;
        })).ToArray();
        for (var round = 0; round < 5; round++)
        {
            for (var i = 1000; i < 60_000; i++) list.Add(Key(i));
            for (var i = 1000; i < 60_000; i++) list.Remove(Key(i));
        }

        stop.Cancel();
        Assert.All(readers, reader => Assert.Equal(0, reader.GetAwaiter().GetResult()));
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var list = new OptOutList();
        for (var i = 0; i < 1000; i++) list.Add(Key(i));
        var found = 0;
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++) found += list.Contains(1, "447700900123"u8, "ACME"u8) ? 1 : 0;
        }));
        Assert.Equal(0, found);
    }

    [Theory]
    [InlineData("447700900123", "ACME", "stop", OptOutAction.Added, OptOutSource.Reply)]
    [InlineData("1", "", "", OptOutAction.Removed, OptOutSource.Api)]
    [InlineData("012345678901234", "12345678901234567890", "إيقاف", OptOutAction.Added, OptOutSource.Import)]
    public void A_change_reads_as_it_was_written(
        string number, string sender, string keyword, OptOutAction action, OptOutSource source)
    {
        var (digits, from, word) = (Octets(number), Octets(sender), Encoding.UTF8.GetBytes(keyword));
        var change = new OptOutChange
        {
            Action = action, Source = source, Account = 517, Number = digits, Sender = from, Keyword = word, At = 1234567,
        };
        var record = new byte[OptOutChange.LongestRecord];
        var length = change.Write(record, 42);
        Assert.Equal((change.Length, 42), (length, record[0]));
        Assert.True(OptOutChange.TryRead(record.AsSpan(0, length), out var read));
        Assert.True(Same(change, read, caseOfSender: true));
        for (var shorter = 0; shorter < length; shorter++)
            Assert.False(OptOutChange.TryRead(record.AsSpan(0, shorter), out _));

        var key = new byte[OptOutChange.LongestStoreKey];
        var value = new byte[OptOutChange.LongestStoreValue];
        var keyLength = change.WriteStoreKey(key);
        var valueLength = change.WriteStoreValue(value);
        Assert.True(OptOutChange.TryReadStore(
            key.AsSpan(0, keyLength), value.AsSpan(0, valueLength), new byte[15], out var stored));
        Assert.True(Same(change, stored, caseOfSender: false));
        var prefix = new byte[OptOutChange.LongestStoreKey];
        var prefixLength = OptOutChange.WriteStorePrefix(prefix, 517, digits);
        Assert.Equal(key[..prefixLength], prefix[..prefixLength]);

        var list = new OptOutList();
        var changes = list.Apply(read);
        Assert.Equal((action == OptOutAction.Added, false), (changes, list.Apply(stored)));
        Assert.Equal(action == OptOutAction.Added, list.Contains(517, digits, from));
    }

    [Fact]
    public void Any_octets_are_a_change_or_none() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (one, other) =>
        {
            OptOutChange.TryRead(one, out _);
            OptOutChange.TryReadStore(one, other, new byte[15], out _);
            return true;
        }).Check(Many.WithMaxTest(3000));

    private static Gen<(bool Add, string Number, string Sender)> Steps() =>
        from add in Gen.Choose(0, 2)
        from number in Gen.Choose(0, 40)
        from sender in Gen.Elements("", "ACME", "12345")
        select (add > 0, number.ToString(System.Globalization.CultureInfo.InvariantCulture), sender);

    private static bool Same(in OptOutChange one, in OptOutChange other, bool caseOfSender) =>
        one.Action == other.Action && one.Source == other.Source && one.Account == other.Account && one.At == other.At
        && one.Number.SequenceEqual(other.Number) && one.Keyword.SequenceEqual(other.Keyword)
        && (caseOfSender
            ? one.Sender.SequenceEqual(other.Sender)
            : Encoding.ASCII.GetString(one.Sender).Equals(
                Encoding.ASCII.GetString(other.Sender), StringComparison.OrdinalIgnoreCase));

    private static OptOutKey Key(int i)
    {
        Span<byte> number = stackalloc byte[15];
        (447_000_000_000L + i).TryFormat(number, out var length);
        OptOutKey.TryCreate((ushort)(i % 3), number[..length], i % 2 == 0 ? default : "ACME"u8, out var key);
        return key;
    }

    private static byte[] Octets(string text) => Encoding.ASCII.GetBytes(text);
}
