namespace Appliance.Operate.Http;

/// <summary>POST /admin/v1/erasures.</summary>
/// <param name="Number">International, with or without +.</param>
/// <param name="RequestedBy">Who asks, for the audit; not the number itself.</param>
public sealed record ErasureRequest(string? Number, string? RequestedBy = null);

/// <summary>What an erasure has done.</summary>
/// <param name="Messages">Messages from or to the number whose content and history are gone.</param>
/// <param name="Records">Records of the journal that were rewritten.</param>
/// <param name="Cancelled">Of the messages those that had not gone out yet, and do not go out.</param>
/// <param name="Pending">Messages that a carrier or an ESME has: erased by themselves when they are final.</param>
public sealed record ErasureResult(int Messages, long Records, int Cancelled, int Pending);
