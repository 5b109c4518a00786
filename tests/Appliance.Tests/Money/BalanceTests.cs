using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Money;
using Appliance.Records;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Money;

/// <summary>Balances are never overspent, and the journal gives the same ones again.</summary>
public class BalanceTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1_000).WithQuietOnSuccess(true);

    [Fact]
    public void A_balance_is_spent_to_the_last_micro_unit()
    {
        var balances = Of((1, 0));
        Assert.True(balances.TryAdjust(1, 100));
        Assert.Equal(ChargeResult.Done, balances.TryCharge(1, 60));
        Assert.Equal(ChargeResult.Insufficient, balances.TryCharge(1, 41));
        Assert.Equal(ChargeResult.Done, balances.TryCharge(1, 40));
        Assert.Equal(ChargeResult.Done, balances.TryCharge(1, 0));
        Assert.Equal(ChargeResult.Insufficient, balances.TryCharge(1, 1));
        Assert.Equal(new BalanceView(true, 0, 0), balances[1]);
    }

    [Fact]
    public void A_credit_limit_is_spent_too()
    {
        var balances = Of((1, 50), (2, BillingConfiguration.Unlimited));
        Assert.Equal(ChargeResult.Done, balances.TryCharge(1, 50));
        Assert.Equal(ChargeResult.Insufficient, balances.TryCharge(1, 1));
        Assert.Equal(0, balances[1].Available);
        for (var i = 0; i < 10; i++) Assert.Equal(ChargeResult.Done, balances.TryCharge(2, Micros.Most));
        Assert.Equal(-10 * Micros.Most, balances[2].Balance);
    }

    [Fact]
    public void An_account_that_is_not_kept_is_not_charged()
    {
        var balances = Of((1, 0));
        Assert.Equal(ChargeResult.Done, balances.TryCharge(2, 5));
        Assert.Equal(ChargeResult.Done, balances.TryCharge(9999, 5));
        Assert.Equal(default, balances[2]);
        Assert.Equal(default, balances[9999]);
    }

    [Fact]
    public void No_sum_overflows()
    {
        var balances = Of((1, long.MaxValue));
        Assert.True(balances.TryAdjust(1, Balances.Most));
        Assert.False(balances.TryAdjust(1, 1));
        Assert.False(balances.TryAdjust(1, long.MaxValue));
        Assert.False(balances.TryAdjust(1, long.MinValue));
        balances.Refund(1, Balances.Most);
        Assert.Equal(Balances.Most, balances[1].Balance);
        Assert.Equal(ChargeResult.Done, balances.TryCharge(1, Balances.Most));
        Assert.Equal(ChargeResult.Done, balances.TryCharge(1, Balances.Most));
        Assert.Equal(ChargeResult.Insufficient, balances.TryCharge(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => balances.TryCharge(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => balances.Refund(1, -1));
        Assert.False(Micros.TryMultiply(long.MaxValue / 2, 3, out _));
        Assert.True(Micros.TryMultiply(-5, 3, out var product));
        Assert.Equal(-15, product);
    }

    [Fact]
    public void A_balance_outlives_a_change_of_terms()
    {
        var balances = Of((1, 0));
        balances.TryAdjust(1, 70);
        balances.Configure([]);
        Assert.Equal(new BalanceView(false, 70, 0), balances[1]);
        balances.Configure([new(1, new BillingConfiguration { CreditLimit = 5 })]);
        Assert.Equal(new BalanceView(true, 70, 5), balances[1]);
    }

    /// <summary>In any order of charges and refunds what was paid in, less what is out, is what is left.</summary>
    [Fact]
    public void Nothing_is_overspent_in_any_order() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new System.Random(seed);
            var credit = random.Next(3) * 100L;
            var balances = Of((1, credit));
            var charged = new List<long>();
            long paid = 0;
            for (var i = 0; i < 300; i++)
            {
                long amount = random.Next(200);
                switch (random.Next(4))
                {
                    case 0 when random.Next(5) == 0:
                        Assert.True(balances.TryAdjust(1, amount * 3));
                        paid += amount * 3;
                        break;
                    case 1 when charged.Count > 0:
                        var which = random.Next(charged.Count);
                        balances.Refund(1, charged[which]);
                        charged.RemoveAt(which);
                        break;
                    default:
                        var covered = balances[1].Balance + credit >= amount;
                        Assert.Equal(covered, balances.TryCharge(1, amount) == ChargeResult.Done);
                        if (covered) charged.Add(amount);
                        break;
                }

                Assert.Equal(paid - charged.Sum(), balances[1].Balance);
                Assert.True(balances[1].Balance >= -credit);
            }

            return true;
        }).Check(Many);

    /// <summary>From whatever place before or at a mark, and again from the beginning.</summary>
    [Fact]
    public void The_journal_gives_the_same_balances() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new System.Random(seed);
            var balances = Of((1, 1000), (2, 0), (3, 0));
            var journal = new List<byte[]>();
            var mark = -1;
            for (var i = 0; i < 200; i++)
            {
                if (random.Next(40) == 0) mark = journal.Count;
                if (mark == journal.Count) journal.AddRange(Mark(balances));
                else journal.Add(Draw(random, balances));
            }

            // Everything from the last mark on, from somewhere before it, and from the beginning.
            foreach (var from in (int[])[Math.Max(0, mark), mark < 0 ? 0 : random.Next(mark + 1), 0])
            {
                var again = Of((1, 1000), (2, 0), (3, 0));
                var replay = new BalanceReplay(again);
                foreach (var record in journal[from..]) replay.Apply(record);
                for (ushort account = 1; account <= 4; account++) Assert.Equal(balances[account], again[account]);
            }

            return true;
        }).Check(Many);

    [Fact]
    public void A_record_that_is_cut_off_is_an_error()
    {
        var replay = new BalanceReplay(Of((1, 0)));
        foreach (var kind in (RecordKind[])
            [RecordKind.Accepted, RecordKind.Charged, RecordKind.Refunded, RecordKind.Adjusted, RecordKind.BalanceMark])
            Assert.Throws<InvalidDataException>(() => replay.Apply([(byte)kind, 0, 1]));
        var mark = Mark(Of((1, 0)))[0];
        Assert.Throws<InvalidDataException>(() => replay.Apply(mark.AsSpan(0, mark.Length - 1)));
        replay.Apply([(byte)RecordKind.Noticed]);
    }

    [Fact]
    public void The_document_says_amounts_as_texts()
    {
        Assert.Equal(
            """{"account":"a","currency":"EUR","balance":"-0.25","credit_limit":"1.00","available":"0.75"}""",
            Text(new BalanceView(true, -250_000, 1_000_000)));
        Assert.Equal(
            """{"account":"a","currency":"EUR","balance":"-0.25","credit_limit":null,"available":null}""",
            Text(new BalanceView(true, -250_000, BillingConfiguration.Unlimited)));
        Assert.Equal(
            """{"account":"a","currency":"EUR","balance":null,"credit_limit":null,"available":null}""", Text(default));

        static string Text(BalanceView view) =>
            Encoding.UTF8.GetString(BalanceDocument.Write("a", "EUR", in view).Span);
    }

    private static Balances Of(params (ushort Account, long Credit)[] accounts)
    {
        var balances = new Balances();
        balances.Configure(accounts.Select(one =>
            KeyValuePair.Create(one.Account, new BillingConfiguration { CreditLimit = one.Credit })));
        return balances;
    }

    /// <summary>Does something and gives the record that tells of it.</summary>
    private static byte[] Draw(System.Random random, Balances balances)
    {
        var account = (ushort)random.Next(1, 5);
        switch (random.Next(4))
        {
            case 0:
                var adjusted = new Adjusted { Kind = RecordKind.Adjusted, Account = account, Amount = random.Next(-50, 200) };
                Assert.True(balances.TryAdjust(account, adjusted.Amount));
                return [.. Bytes(in adjusted), .. "admin: paid"u8];
            case 1:
                var refunded = Change(RecordKind.Refunded, account, random.Next(50));
                balances.Refund(account, refunded.Amount);
                return Bytes(in refunded);
            case 2:
                var again = Change(RecordKind.Charged, account, random.Next(50));
                if (!balances.IsKept(account) || balances.TryCharge(account, again.Amount) != ChargeResult.Done)
                    again.Amount = 0;
                return Bytes(in again);
            default:
                var accepted = new Accepted
                {
                    Kind = RecordKind.Accepted, Account = account, Segments = (ushort)random.Next(1, 4),
                    Price = random.Next(-1, 100), Marks = balances.IsKept(account) ? AcceptedMarks.Charged : 0,
                };
                if (balances.TryCharge(account, accepted.Charge) != ChargeResult.Done) accepted.Marks = 0;
                return Bytes(in accepted);
        }
    }

    private static MoneyChange Change(RecordKind kind, ushort account, long amount) => new()
    {
        Head = new EventHead { Kind = kind, Length = MoneyChange.ExtraLength }, Account = account, Amount = amount,
    };

    /// <summary>Two records: the second goes on from the first.</summary>
    private static byte[][] Mark(Balances balances)
    {
        var from = 0;
        return [Mark(balances, ref from, 2), Mark(balances, ref from, 64)];
    }

    private static byte[] Mark(Balances balances, ref int from, int most)
    {
        var goesOn = from > 0;
        var entries = new BalanceMarkEntry[most];
        var count = balances.Mark(ref from, entries);
        var head = new BalanceMark
        {
            Kind = RecordKind.BalanceMark, Count = (ushort)count, GoesOn = goesOn ? (byte)1 : (byte)0,
        };
        return [.. Bytes(in head), .. MemoryMarshal.AsBytes(entries.AsSpan(0, count))];
    }

    private static byte[] Bytes<T>(in T record) where T : unmanaged
    {
        var bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, in record);
        return bytes;
    }
}
