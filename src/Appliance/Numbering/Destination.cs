namespace Appliance.Numbering;

/// <summary>Where a message goes, as routes, prices and rules see it.</summary>
/// <param name="Network">As <see cref="Numbering.Network.CodeOf"/> has it, ported numbers considered; 0 where not
/// known.</param>
/// <param name="Country">As <see cref="CountryKey"/> has it; 0 where not known.</param>
/// <param name="Length">Digits of the number's international form, where that is another than it came in; else 0.
/// </param>
public readonly record struct Destination(uint Network, ushort Country, int Length);
