namespace Appliance.Tests.Decide;

/// <summary>What the outside knows of one message of the virtual world.</summary>
internal sealed class VirtualMessage(int token)
{
    public int Token => token;

    public bool FromEsme { get; init; }

    public ushort Account { get; init; }

    public bool WantsReceipt { get; init; }

    public int Parts { get; init; } = 1;

    public byte Priority { get; init; }

    /// <summary>Seconds since 1970; 0 for at once.</summary>
    public uint Due { get; set; }

    /// <summary>Seconds from acceptance; 0 for none.</summary>
    public uint Validity { get; init; }

    public ulong RepeatKey { get; init; }

    /// <summary>The id its sender was given.</summary>
    public string? Id { get; set; }

    /// <summary>How often a carrier has said yes to each part.</summary>
    public int[] Taken { get; } = new int[256];

    /// <summary>Whether it asks carriers for receipts.</summary>
    public bool Registers { get; init; } = true;

    /// <summary>The ids by which receipts may speak of it.</summary>
    public HashSet<string> ReceiptIds { get; } = [];

    /// <summary>Carriers that will not have a part of it, as the journal knows.</summary>
    public HashSet<(int Part, int Carrier)> RefusedBy { get; } = [];

    /// <summary>What its sender was told became of a wish.</summary>
    public bool Cancelled { get; set; }

    /// <summary>Somebody asked for it to be erased; a crash may have kept the answer from him.</summary>
    public bool ErasureAsked { get; set; }

    /// <summary>Where its story ended when it was said that it may be erased; 0 for not.</summary>
    public ulong ErasedAt { get; set; }

    /// <summary>Whether a part of it went to a carrier while its recipient had not opted out.</summary>
    public bool HasBegun { get; set; }

    public bool Replaced { get; set; }

    public bool Retried { get; set; }
}

/// <summary>Someone at the HTTP side who waits for the ring's answer, and what he was told.</summary>
internal sealed class VirtualSender : PendingAnswer
{
    public ulong Position { get; private set; }

    public long At { get; private set; }

    public Refusal? Refusal { get; private set; }

    public ChangeResult? Result { get; private set; }

    public override void Accepted(ulong position, long unixMs) => (Position, At) = (position, unixMs);

    public override void Refused(Refusal refusal) => Refusal = refusal;

    public override void Changed(ChangeResult result) => Result = result;
}
