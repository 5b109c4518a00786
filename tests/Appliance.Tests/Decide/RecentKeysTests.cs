using Appliance.Decide;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Keys that were added a moment ago.</summary>
public sealed class RecentKeysTests
{
    [Fact]
    public void The_last_ones_are_mostly_known_and_those_long_gone_are_not()
    {
        const int most = 1024;
        var recent = new RecentKeys(most);
        for (ulong key = 1; key <= most * 8; key++) recent.Add(key * 0x1F1F1F1F1F);
        var known = 0;
        for (ulong key = most * 8; key > most * 7; key--) known += recent.Contains(key * 0x1F1F1F1F1F) ? 1 : 0;
        Assert.InRange(known, most / 2, most);
        for (ulong key = 1; key <= most; key++) Assert.False(recent.Contains(key * 0x1F1F1F1F1F));
    }

    [Fact]
    public void One_that_was_just_added_is_known_and_no_other_is_invented() =>
        Prop.ForAll<ulong[], ulong>((added, other) =>
        {
            var recent = new RecentKeys(16);
            foreach (var key in added)
            {
                if (key == 0) continue;
                recent.Add(key);
                if (!recent.Contains(key)) return false;
            }

            return other == 0 || added.Contains(other) || !recent.Contains(other);
        }).QuickCheckThrowOnFailure();
}
