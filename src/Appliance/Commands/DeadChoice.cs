using System.CommandLine;
using Appliance.Ingress.Http;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary>The options by which <c>ctl dead</c> is told which letters are meant.</summary>
internal sealed class DeadChoice
{
    private readonly Option<string?> _account = new("--account") { Description = "Of this account" };

    private readonly Option<string?> _carrier = new("--carrier")
    {
        Description = "Refused last by this carrier; none: no carrier was asked",
    };

    private readonly TextOption<string> _reason = TextOption.Create(
        "--reason", "Refused with this error, such as ESME_RINVDSTADR or 0x0400; none: no carrier was asked", null,
        Reason);

    private readonly TextOption<string> _before = TextOption.Create(
        "--before", "Failed before this time, such as 2026-11-21T09:30:00Z", null, Time);

    public void AddTo(Command command)
    {
        command.Add(_account);
        command.Add(_carrier);
        command.Add(_reason);
        command.Add(_before);
    }

    public DeadChangeRequest Read(ParseResult parsed) => new()
    {
        Account = parsed.GetValue(_account),
        Carrier = parsed.GetValue(_carrier),
        Reason = parsed.GetValue(_reason),
        Before = parsed.GetValue(_before),
    };

    public static bool IsEmpty(DeadChangeRequest choice) =>
        choice is { Account: null, Carrier: null, Reason: null, Before: null };

    private static string Reason(string text) => text == "none" || ConfigurationRules.TryGetStatus(text, out _)
        ? text
        : throw new FormatException($"'{text}': expected {ConfigurationRules.Status}, or none");

    private static string Time(string text) => Rfc3339.TryParse(text, out _)
        ? text
        : throw new FormatException($"'{text}': expected {Rfc3339.Expected}");
}
