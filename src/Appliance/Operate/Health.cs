namespace Appliance.Operate;

/// <summary>
/// The checks behind /healthz and /readyz. A check returns null when all is well, else a sentence that says what is
/// wrong; it runs on the asking thread and must not block.
/// </summary>
public sealed class Health
{
    private readonly List<(string Name, Func<string?> Check)> _liveness = [];
    private readonly List<(string Name, Func<string?> Check)> _readiness = [];

    /// <summary>Adds a check whose failure means that only a restart helps.</summary>
    public void AddLiveness(string name, Func<string?> check) => _liveness.Add((name, check));

    /// <summary>Adds a check whose failure means that no traffic should come here now.</summary>
    public void AddReadiness(string name, Func<string?> check) => _readiness.Add((name, check));

    /// <summary>Each liveness check's name with what is wrong, or null.</summary>
    public IReadOnlyList<(string Name, string? Failure)> Liveness() => Run(_liveness);

    /// <summary>Each readiness check's name with what is wrong, or null. Who is not alive is not ready.</summary>
    public IReadOnlyList<(string Name, string? Failure)> Readiness() => [.. Run(_liveness), .. Run(_readiness)];

    private static List<(string, string?)> Run(List<(string Name, Func<string?> Check)> checks)
    {
        var results = new List<(string, string?)>(checks.Count);
        foreach (var (name, check) in checks)
        {
            string? failure;
            try
            {
                failure = check();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                failure = error.Message;
            }

            results.Add((name, failure));
        }

        return results;
    }
}
