using System.Text;
using Appliance.Numbering;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Numbering;

/// <summary>What holds for every number and for any octets.</summary>
public class NumberProperties
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(20_000).WithQuietOnSuccess(true);

    private static readonly string[] Homes =
        [.. Plan.Default.Countries.Where(country => country.Iso.Length > 0).Select(country => country.Iso)];

    [Fact]
    public void Any_octets_get_an_answer() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<int>(), (octets, seed) =>
            Answers(octets, new System.Random(seed))).Check(Many);

    [Fact]
    public void Any_digits_and_signs_get_an_answer() =>
        Prop.ForAll(Signs(), ArbMap.Default.ArbFor<int>(), (text, seed) =>
            Answers(Encoding.ASCII.GetBytes(text), new System.Random(seed))).Check(Many);

    [Fact]
    public void A_normalised_number_stays_what_it_is() =>
        Prop.ForAll(Signs(), ArbMap.Default.ArbFor<int>(), (text, seed) =>
        {
            var home = Homes[new System.Random(seed).Next(Homes.Length)];
            var (digits, info) = Plan.Read(text, home);
            if (!info.IsValid || info.Type == NumberType.ShortCode) return true;
            var (again, same) = Plan.Read("+" + digits, home);
            return again == digits && same.Equals(info) && Plan.Find(digits).Equals(info);
        }).Check(Many);

    [Fact]
    public void However_a_number_is_written_it_is_read_as_the_same() =>
        Prop.ForAll(Gen.Choose(0, Plan.Examples.Count - 1).ToArbitrary(), ArbMap.Default.ArbFor<int>(), (index, seed) =>
        {
            var digits = Plan.Examples[index].Digits;
            return Plan.Read(Written(digits, new System.Random(seed))).Digits == digits;
        }).Check(Many);

    private static bool Answers(byte[] octets, System.Random random)
    {
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        var home = random.Next(3) == 0 ? null : Plan.Default.CountryOf(Homes[random.Next(Homes.Length)]);
        var valid = Plan.Default.TryNormalise(octets, (NumberForm)random.Next(3), home, digits, out var info);
        return valid == (info.Fault == NumberFault.None)
            && info.Length <= NumberPlan.MaxDigits
            && !digits[..info.Length].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>With + or 00 before it, and signs between its digits.</summary>
    private static string Written(string digits, System.Random random)
    {
        var text = new StringBuilder(random.Next(3) switch { 0 => "+", 1 => "00", _ => "" });
        foreach (var digit in digits)
        {
            text.Append(digit);
            if (random.Next(4) == 0) text.Append(" -./()"[random.Next(6)]);
        }

        return text.ToString();
    }

    private static Arbitrary<string> Signs() =>
        Gen.ListOf(Gen.Elements("0123456789012345678901234567890123456789+ -()".ToCharArray()))
            .Select(chars => new string([.. chars])).ToArbitrary();
}
