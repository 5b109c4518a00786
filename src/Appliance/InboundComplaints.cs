namespace Appliance;

/// <summary>
/// Numbers to which mobiles write and which no account has: each is told once a minute, and no more than ten of them,
/// so that no flood of such messages fills the log. Any thread.
/// </summary>
/// <param name="tell">Gets the number, or a word for what is none.</param>
internal sealed class InboundComplaints(Action<string> tell)
{
    private const int MostInMinute = 10;
    private const long Minute = 60_000;
    private const string NoNumber = "what is no number";

    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private long _since;

    /// <param name="number">Its digits; null for an address that is no number.</param>
    public void Note(string? number) => Note(number ?? NoNumber, Environment.TickCount64);

    /// <param name="now">Milliseconds of a clock that only goes on.</param>
    internal void Note(string number, long now)
    {
        lock (_gate)
        {
            if (now - _since >= Minute)
            {
                _told.Clear();
                _since = now;
            }

            if (_told.Count >= MostInMinute || !_told.Add(number)) return;
        }

        tell(number);
    }
}
