using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Codec;

namespace Appliance.Simulator.Smsc;

/// <summary>What is to be sent when its time comes.</summary>
internal enum PendingKind : byte
{
    /// <summary>A delivery receipt: deliver_sm or data_sm.</summary>
    Receipt,

    /// <summary>A message from a mobile: deliver_sm.</summary>
    MobileOriginated,

    /// <summary>The late response to a submit_sm.</summary>
    Response,
}

/// <summary>
/// One thing the simulator has still to send or have answered, in place in a <see cref="PendingPool"/>; at 400,000
/// receipts a second that follow after a second, 400,000 of these are alive.
/// </summary>
internal struct Pending
{
    /// <summary>Index of the next in whichever list this is in; 0 ends it.</summary>
    internal int Next;

    /// <summary>Index of the account whose receivers take it.</summary>
    internal int Account;

    /// <summary>When to send it.</summary>
    internal long Due;

    /// <summary>When it was sent and waits for its response; nanoseconds of the loop's clock.</summary>
    internal long SentAt;

    internal ulong Id;

    /// <summary>The session that submitted: where a receipt goes by preference, and where a response must go.</summary>
    internal int Session;

    /// <summary>sequence_number: of the submit_sm for a response, of the deliver_sm once it is sent.</summary>
    internal uint Sequence;

    internal CommandStatus Status;

    /// <summary>Minutes since 1970 at submission: all a receipt's text says of it.</summary>
    internal int SubmitMinute;

    internal PendingKind Kind;
    internal byte Attempts;

    /// <summary>Another session than the submitting one, where there is one.</summary>
    internal bool Elsewhere;

    internal ReceiptForm Form;
    internal ReceiptPlace Place;
    internal IdFormat IdFormat;
    internal ReceiptOutcome Outcome;
    internal Address Source;
    internal Address Destination;
}

/// <summary>An address with its type; 20 octets are the most a submit_sm can hold.</summary>
internal struct Address
{
    private Octets _octets;
    private byte _length;

    internal byte Ton;
    internal byte Npi;

    internal void Set(byte ton, byte npi, ReadOnlySpan<byte> text)
    {
        Ton = ton;
        Npi = npi;
        _length = (byte)Math.Min(text.Length, Octets.Length);
        text[.._length].CopyTo(_octets);
    }

    [UnscopedRef]
    internal readonly ReadOnlySpan<byte> Text => ((ReadOnlySpan<byte>)_octets)[.._length];

    [InlineArray(Length)]
    private struct Octets
    {
        internal const int Length = 20;
        private byte _first;
    }
}
