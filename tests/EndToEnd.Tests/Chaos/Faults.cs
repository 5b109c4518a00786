using EndToEnd.Tests.Harness;

namespace EndToEnd.Tests.Chaos;

/// <summary>What a cycle does to the carriers and the disk, beside the appliance's death at its end.</summary>
internal sealed class Faults(Line line, SmallDisk? disk, Random random)
{
    private static readonly string[] Carriers = ["alpha", "beta"];

    /// <summary>Free space left on a full disk; above what the store needs to go on with what it has taken.</summary>
    private const long FullDisk = 40L << 20;

    /// <summary>One fault, or none, for this cycle.</summary>
    /// <returns>What it is.</returns>
    public async Task<string> StartAsync()
    {
        var carrier = Carriers[random.Next(Carriers.Length)];
        switch (random.Next(8))
        {
            case 0:
                await SetAsync(carrier, new { resp_id = "hex", receipt_id = "hex", status = 0x58 });
                return $"{carrier} throttles";
            case 1:
                await SetAsync(carrier, new { resp_id = "hex", receipt_id = "hex", status = 0x08 });
                return $"{carrier} answers ESME_RSYSERR";
            case 2:
                await SetAsync(carrier, new { resp_id = "hex", receipt_id = "hex", silent = true });
                return $"{carrier} is silent";
            case 3:
                await SetAsync(carrier, new { resp_id = "hex", receipt_id = "hex", receipt = "before" });
                return $"{carrier} sends receipts first";
            case 4:
                await line.Smsc.SendAsync(new { @do = "close", system_id = carrier });
                return $"{carrier} closes its sessions";
            case 5:
                await line.Smsc.SendAsync(new { @do = "refuse", value = true });
                await line.Smsc.SendAsync(new { @do = "close", system_id = carrier });
                return $"{carrier} closes its sessions and takes no bind";
            case 6 when disk is not null:
                disk.FillBut(FullDisk);
                return "the disk is nearly full";
            default:
                return "no other fault";
        }
    }

    /// <summary>Everything is well again.</summary>
    public async Task HealAsync()
    {
        await line.Smsc.SendAsync(new { @do = "refuse", value = false });
        foreach (var carrier in Carriers) await SetAsync(carrier, new { resp_id = "hex", receipt_id = "hex" });
        disk?.Free();
    }

    private Task SetAsync(string carrier, object behaviour) =>
        line.Smsc.SendAsync(new { @do = "set", system_id = carrier, behaviour });
}
