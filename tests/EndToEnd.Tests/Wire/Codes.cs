namespace EndToEnd.Tests.Wire;

/// <summary>command_id, SMPP 3.4 section 5.1.2.1.</summary>
internal static class Command
{
    public const uint GenericNack = 0x80000000;
    public const uint BindReceiver = 0x00000001;
    public const uint BindTransmitter = 0x00000002;
    public const uint QuerySm = 0x00000003;
    public const uint SubmitSm = 0x00000004;
    public const uint DeliverSm = 0x00000005;
    public const uint Unbind = 0x00000006;
    public const uint ReplaceSm = 0x00000007;
    public const uint CancelSm = 0x00000008;
    public const uint BindTransceiver = 0x00000009;
    public const uint EnquireLink = 0x00000015;
    public const uint Resp = 0x80000000;
}

/// <summary>command_status, SMPP 3.4 section 5.1.3.</summary>
internal static class Status
{
    public const uint Ok = 0x00;
    public const uint InvalidCommandLength = 0x02;
    public const uint InvalidCommandId = 0x03;
    public const uint InvalidBindStatus = 0x04;
    public const uint AlreadyBound = 0x05;
    public const uint InvalidPriority = 0x06;
    public const uint InvalidMessageId = 0x0C;
    public const uint CancelFailed = 0x11;
    public const uint ReplaceFailed = 0x13;
    public const uint SubmitFailed = 0x45;
    public const uint InvalidReplaceFlag = 0x54;
    public const uint InvalidSchedule = 0x61;
    public const uint InvalidExpiry = 0x62;
    public const uint QueryFailed = 0x67;
    public const uint BindFailed = 0x0D;
    public const uint InvalidPassword = 0x0E;
    public const uint InvalidSystemId = 0x0F;
    public const uint Throttled = 0x58;
    public const uint MessageQueueFull = 0x14;
    public const uint InvalidParameterLength = 0xC2;
    public const uint InvalidTlvStream = 0xC0;
    public const uint InvalidTlvValue = 0xC4;
}
