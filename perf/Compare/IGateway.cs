namespace Compare;

/// <summary>A gateway between the HTTP load and the SMSC; one for each peer.</summary>
internal interface IGateway : IDisposable
{
    string Name { get; }

    int HttpPort { get; }

    /// <summary>HTTP connections of the load with which this gateway does best.</summary>
    int Connections { get; }

    /// <summary>Options of `appliance load http` that make its requests this gateway's.</summary>
    string[] RequestOptions(bool receipts);

    /// <summary>Processor time of all its processes.</summary>
    TimeSpan CpuTime { get; }

    long ResidentBytes { get; }
}
