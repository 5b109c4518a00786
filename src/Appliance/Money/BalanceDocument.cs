using System.Buffers;
using System.Text.Json;

namespace Appliance.Money;

/// <summary>The answer to <c>GET /api/v1/balance</c>.</summary>
public static class BalanceDocument
{
    /// <summary>
    /// {"account","currency","balance","credit_limit","available"}; amounts are texts with a point, so that no reader
    /// rounds them. Of an account without a balance all three are null, without a credit limit the last two.
    /// </summary>
    public static ReadOnlyMemory<byte> Write(string account, string currency, in BalanceView view)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("account"u8, account);
        json.WriteString("currency"u8, currency);
        var isLimited = view.IsKept && view.CreditLimit < BillingConfiguration.Unlimited;
        json.WriteString("balance"u8, view.IsKept ? Micros.Format(view.Balance) : null);
        json.WriteString("credit_limit"u8, isLimited ? Micros.Format(view.CreditLimit) : null);
        json.WriteString("available"u8, isLimited ? Micros.Format(view.Available) : null);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
