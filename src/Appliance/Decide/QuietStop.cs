using Appliance.Policy;

namespace Appliance.Decide;

/// <summary>Whether a message that waited may go out now, or quiet hours have begun meanwhile.</summary>
/// <param name="tables">The rules; null for none.</param>
public sealed class QuietStop(PolicyTables? tables)
{
    /// <summary>Where the rules find no end of the quiet hours it is asked again after so long.</summary>
    private const long AskAgain = 3_600_000;

    private PolicyTables? _tables = tables is { HasQuietHours: true } ? tables : null;

    /// <summary>Puts other rules in force, for what waits too. The deciding thread.</summary>
    public void Replace(PolicyTables? tables) => _tables = tables is { HasQuietHours: true } ? tables : null;

    /// <summary>Whether the message has to wait on.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <param name="until">Seconds since 1970.</param>
    public bool Stops(ref readonly LiveMessage message, long now, out uint until)
    {
        until = 0;
        if (_tables is not { } rules) return false;
        var input = new PolicyInput
        {
            Account = message.Account,
            Class = message.Class,
            Country = Country.At(message.Country),
            Source = Addresses.Octets(in message.Source),
            Destination = Addresses.Octets(in message.Destination),
            Text = default,
        };
        var open = rules.OpenAt(in input, now);
        if (open == now) return false;
        until = (uint)(((open < 0 ? now + AskAgain : open) + 999) / 1000);
        return true;
    }
}
