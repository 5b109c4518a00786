using Appliance.Decide;
using Appliance.Ingress.Http;
using Appliance.Operate;
using Appliance.Operate.Http;
using Store;

namespace Appliance;

/// <summary>Which dead letters are meant; what is null or 0 does not matter.</summary>
/// <param name="Account">The persistent id of its name.</param>
/// <param name="Carrier">The persistent id of its name; 0 where none was asked, and that is meant.</param>
/// <param name="Status">The carrier's command_status; 0 where none was asked.</param>
/// <param name="Before">Milliseconds since 1970; those that failed before.</param>
internal readonly record struct PipelineDeadFilter(ushort? Account, ushort? Carrier, uint? Status, long Before)
{
    /// <summary>What stands for messages that no carrier was asked about.</summary>
    private const string None = "none";

    public bool IsEmpty => this == default;

    public bool Matches(in DeadLetter letter) =>
        (Account is null || letter.Account == Account)
        && (Carrier is null || letter.Carrier == Carrier)
        && (Status is null || letter.Status == Status)
        && (Before == 0 || letter.At < Before);

    /// <summary>From texts as a call has them; an empty one is none.</summary>
    /// <param name="errors">Gets what is wrong.</param>
    public static PipelineDeadFilter Read(
        Pipeline pipeline, string? account, string? carrier, string? reason, string? before, List<FieldError> errors)
    {
        var filter = default(PipelineDeadFilter);
        if (account is { Length: > 0 })
            filter = filter with { Account = Id(pipeline.AccountNames, "account", account, errors) };
        if (carrier is { Length: > 0 })
        {
            var id = carrier == None ? (ushort)0 : Id(pipeline.CarrierNames, "carrier", carrier, errors);
            filter = filter with { Carrier = id };
        }

        if (reason is { Length: > 0 }) filter = filter with { Status = ReadStatus(reason, errors) };
        if (before is { Length: > 0 }) filter = filter with { Before = Time(before, errors) };
        return filter;
    }

    private static ushort Id(NameTable names, string field, string name, List<FieldError> errors)
    {
        for (var id = 1; id <= names.Last; id++)
            if (names.Name((ushort)id) == name) return (ushort)id;
        errors.Add(new FieldError(field, $"found \"{name}\", expected the name of {(field == "account" ? "an" : "a")} "
            + $"{field} this node has or had"));
        return 0;
    }

    private static uint ReadStatus(string reason, List<FieldError> errors)
    {
        if (reason == None) return 0;
        if (!ConfigurationRules.TryGetStatus(reason, out var status))
        {
            errors.Add(new FieldError("reason",
                $"found \"{reason}\", expected {ConfigurationRules.Status}, or {None} where no carrier was asked"));
        }

        return status;
    }

    private static long Time(string text, List<FieldError> errors)
    {
        if (Rfc3339.TryParse(text, out var time)) return Math.Max(1, time.ToUnixTimeMilliseconds());
        errors.Add(new FieldError("before", $"found \"{text}\", expected {Rfc3339.Expected}"));
        return 0;
    }
}
