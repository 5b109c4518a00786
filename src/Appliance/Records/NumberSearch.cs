using System.Runtime.InteropServices;
using Appliance.Policy.OptOuts;

namespace Appliance.Records;

/// <summary>Finds what the journal has about one number, whether it sent or received.</summary>
public sealed class NumberSearch
{
    private readonly byte[] _digits;
    private readonly uint _hash;

    /// <param name="digits">The international number, without +.</param>
    public NumberSearch(ReadOnlySpan<byte> digits)
    {
        _digits = digits.ToArray();
        _hash = AddressHash.Of(digits);
    }

    /// <summary>Whether a record has the number as source or destination, or its hash. One that was erased has neither.
    /// </summary>
    /// <param name="position">The record's.</param>
    /// <param name="record">Of any kind.</param>
    /// <param name="message">Where the message was accepted; 0 where the record is of none.</param>
    public bool Names(ulong position, ReadOnlySpan<byte> record, out ulong message)
    {
        message = 0;
        switch ((RecordKind)record[0])
        {
            case RecordKind.Accepted or RecordKind.Inbound:
                var accepted = MemoryMarshal.Read<Accepted>(record);
                message = accepted.Message != 0 ? accepted.Message : position;
                return (accepted.Flags & AcceptedFlags.Erased) == 0
                    && (Has(Bodies.Of(record), accepted.SourceOffset, accepted.DestinationOffset)
                        || IsNumber(Bodies.OtherSender(record)));
            case RecordKind.Replaced:
                var replaced = MemoryMarshal.Read<Replaced>(record);
                message = replaced.Head.Accepted; // it is of one part
                return Has(Bodies.Of(record), replaced.SourceOffset, replaced.DestinationOffset);
            case RecordKind.ReceiptParked:
                var handset = MemoryMarshal.Read<ParkedReceipt>(record).Handset;
                return handset != 0 && ((uint)handset == _hash || (uint)(handset >> 32) == _hash);
            case RecordKind.OptOut:
                return OptOutChange.TryRead(record, out var change) && change.Number.SequenceEqual(_digits);
            default:
                return false;
        }
    }

    private bool Has(ReadOnlySpan<byte> body, int source, int destination) =>
        IsNumber(body, source) || IsNumber(body, destination);

    /// <summary>TON, NPI, then the digits up to a NUL.</summary>
    private bool IsNumber(ReadOnlySpan<byte> body, int offset)
    {
        if (offset + 2 >= body.Length) return false;
        var address = body[(offset + 2)..];
        var end = address.IndexOf((byte)0);
        if (end < 0) return false;
        return IsNumber(address[..end]);
    }

    private bool IsNumber(ReadOnlySpan<byte> address)
    {
        if (address.StartsWith("+"u8)) address = address[1..];
        else if (address.StartsWith("00"u8)) address = address[2..];
        return address.SequenceEqual(_digits);
    }
}
