using System.Runtime.InteropServices;

namespace Appliance;

/// <summary>An account that gets a mobile's message, as it stands in the ring.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct InboundOwner
{
    /// <summary>The persistent id of its name.</summary>
    public ushort Account;

    /// <summary>Under what the history has the account's messages from mobiles.</summary>
    public ushort List;

    /// <summary>1 where an ESME of the account is to take it; else it is kept, to be read by the account.</summary>
    public byte HasEsme;
}
