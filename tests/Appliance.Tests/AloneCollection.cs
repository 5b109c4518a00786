using Xunit;

namespace Appliance.Tests;

/// <summary>
/// Tests that take every core and every thread of the pool for a minute: nothing that waits for an answer in time runs
/// beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
