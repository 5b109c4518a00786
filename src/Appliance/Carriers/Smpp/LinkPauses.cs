using Codec;

namespace Appliance.Carriers.Smpp;

/// <param name="Refused">The command_status of a bind_resp that said no; null where there was none.</param>
internal sealed record BindFailure(string Why, CommandStatus? Refused = null);

/// <summary>
/// How long a session stays away before it begins again: 1, 2, 4 ... 60 seconds, with jitter, at the most 60; at once
/// the longest where a person has to mend something.
/// </summary>
internal sealed class LinkPauses(Random random)
{
    private int _pause = CarrierLinkOptions.FirstPause;
    private bool _everBound;

    /// <param name="failure">Why there was no session; null where there was one and it has ended.</param>
    /// <returns>Milliseconds.</returns>
    public int Next(BindFailure? failure)
    {
        if (failure is null)
        {
            _everBound = true;
            _pause = CarrierLinkOptions.FirstPause;
            return Jittered(_pause, random);
        }
        var pause = IsForAPerson(failure.Refused) ? CarrierLinkOptions.LongestPause : _pause;
        _pause = Math.Min(CarrierLinkOptions.LongestPause, _pause * 2);
        return Jittered(pause, random);
    }

    /// <summary>
    /// Wrong credentials tried often lock the account out. ESME_RBINDFAIL says no more than "not now": from a carrier
    /// that has taken this bind before it is its restart, from another it is taken for a refusal of what we are.
    /// ESME_RALYBND passes with the old session.
    /// </summary>
    private bool IsForAPerson(CommandStatus? refused) => refused switch
    {
        CommandStatus.ESME_RINVPASWD or CommandStatus.ESME_RINVSYSID or CommandStatus.ESME_RINVSYSTYP => true,
        CommandStatus.ESME_RBINDFAIL => !_everBound,
        _ => false,
    };

    /// <summary>
    /// A quarter less to a quarter more, so that sessions that ended together do not come back together; never more
    /// than the longest.
    /// </summary>
    internal static int Jittered(int pause, Random random)
    {
        var most = Math.Min(125, 100 * CarrierLinkOptions.LongestPause / pause);
        return pause * random.Next(75, most + 1) / 100;
    }
}
