namespace Appliance.Operate.Http;

/// <summary>POST /admin/v1/erasures.</summary>
/// <param name="Number">International, with or without +.</param>
public sealed record ErasureRequest(string? Number);

/// <summary>What an erasure has done.</summary>
/// <param name="Messages">Messages to that number whose content and history are gone.</param>
/// <param name="Records">Records of the journal that were rewritten.</param>
/// <param name="Unfinished">Messages to that number that are still under way: erase again when they are done.</param>
public sealed record ErasureResult(int Messages, long Records, int Unfinished);
