namespace Appliance.Policy.Hours;

/// <summary>A week of quiet hours in local time, a bit a minute.</summary>
internal sealed class QuietWeek
{
    public const int MinutesOfDay = 24 * 60;
    public const int Minutes = 7 * MinutesOfDay;

    private const int WordBits = 64;

    private readonly ulong[] _quiet = new ulong[(Minutes / WordBits) + 1];

    public QuietWeek(IReadOnlyList<QuietWindow> windows)
    {
        foreach (var (day, from, to) in windows)
        {
            var length = to > from ? to - from : to + MinutesOfDay - from;
            for (var i = 0; i < length; i++)
            {
                var minute = (((int)day * MinutesOfDay) + from + i) % Minutes;
                _quiet[minute / WordBits] |= 1UL << (minute % WordBits);
            }
        }
    }

    /// <param name="minute">Since Sunday's midnight.</param>
    public bool IsQuiet(int minute) => (_quiet[minute / WordBits] >> (minute % WordBits) & 1) != 0;

    /// <summary>Minutes until it is quiet no more: 0 if it isn't, -1 if it is all week.</summary>
    public int UntilOpen(int minute)
    {
        for (var i = 0; i < Minutes; i++)
        {
            if (!IsQuiet((minute + i) % Minutes)) return i;
        }

        return -1;
    }
}
