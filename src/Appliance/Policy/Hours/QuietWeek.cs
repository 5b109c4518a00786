using System.Numerics;

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
        // To the week's end, and once around to where it began: a word of minutes at a time.
        for (var passed = 0; passed < Minutes;)
        {
            var at = (minute + passed) % Minutes;
            var here = Math.Min(WordBits - (at % WordBits), Minutes - at);
            var quiet = BitOperations.TrailingZeroCount(~(_quiet[at / WordBits] >> (at % WordBits)));
            if (quiet < here) return passed + quiet;
            passed += here;
        }

        return -1;
    }
}
