using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Decide;
using Appliance.Money;
using Appliance.Operate.Http;
using Appliance.Records;

namespace Appliance;

/// <summary>GET /admin/v1/payments: the book of payments and corrections, read from the facts of the journal.</summary>
internal sealed class PipelinePayments(Pipeline pipeline)
{
    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    /// <summary>Entries one call looks at.</summary>
    private const int MostLookedAt = 50_000;

    public void AddTo(AdminApi api) => api.Add("GET", "payments", (context, _) => ListAsync(context));

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var errors = new List<FieldError>();
        var limit = UsualPage;
        if (query["limit"].ToString() is { Length: > 0 } most
            && (!int.TryParse(most, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LargestPage))
            errors.Add(new FieldError("limit", $"found \"{most}\", expected a whole number from 1 to {LargestPage}"));
        ulong after = 0;
        if (query["after"].ToString() is { Length: > 0 } cursor
            && !ulong.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            errors.Add(new FieldError("after", $"found \"{cursor}\", expected the next of an earlier page"));
        ushort? account = null;
        if (query["account"].ToString() is { Length: > 0 } name)
        {
            if (pipeline.AccountNames.TryGet(name, out var id)) account = id;
            else errors.Add(new FieldError("account", $"found \"{name}\", expected an account's name"));
        }

        return errors.Count > 0
            ? Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors)
            : AdminJson.WriteAsync(context, Page(account, after, limit), AdminJson.Default.PaymentsDocument);
    }

    private PaymentsDocument Page(ushort? account, ulong after, int limit)
    {
        var payments = new List<PaymentEntry>();
        var looked = 0;
        ulong last = 0;
        Span<byte> from = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(from, after + 1);
        using var scanner = pipeline.Journal.ScanMeta(Adjustments.Prefix, from);
        while (scanner.MoveNext())
        {
            if (payments.Count == limit || looked++ == MostLookedAt)
                return new PaymentsDocument { Payments = payments, Next = last.ToString(CultureInfo.InvariantCulture) };
            last = BinaryPrimitives.ReadUInt64BigEndian(scanner.Key[Adjustments.Prefix.Length..]);
            var booked = MemoryMarshal.Read<Adjusted>(scanner.Value);
            if (account is null || booked.Account == account) payments.Add(Entry(in booked, scanner.Value));
        }

        return new PaymentsDocument { Payments = payments };
    }

    private PaymentEntry Entry(in Adjusted booked, ReadOnlySpan<byte> record)
    {
        var words = Encoding.UTF8.GetString(record[Unsafe.SizeOf<Adjusted>()..]).Split('\n');
        return new PaymentEntry(
            DateTimeOffset.FromUnixTimeMilliseconds(booked.At), pipeline.AccountNames.Name(booked.Account) ?? "",
            Micros.Format(booked.Amount), Micros.Format(booked.Balance), words[0], Word(1), Word(2), Word(3));

        string? Word(int index) => index < words.Length && words[index].Length > 0 ? words[index] : null;
    }
}
