namespace Compare;

/// <summary>A gateway between the HTTP load and the SMSC; one for each peer.</summary>
internal interface IGateway : IDisposable
{
    string Name { get; }

    int HttpPort { get; }

    /// <summary>HTTP connections of the load with which this gateway does best.</summary>
    int Connections { get; }

    /// <summary>The request that submits the n-th message.</summary>
    byte[] Request(int n, bool receipt);

    /// <summary>Processor time of all its processes.</summary>
    TimeSpan CpuTime { get; }

    long ResidentBytes { get; }
}
