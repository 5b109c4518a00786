using System.CommandLine;
using System.Globalization;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl balance list|add|payments</c>: accounts' money.</summary>
internal static class CtlBalanceCommand
{
    private const int Page = 1000;

    public static Command Create() => new("balance", "Accounts' balances, payments and corrections")
    {
        CreateList(),
        CreateAdd(),
        CreatePayments(),
    };

    private static Command CreateList()
    {
        var config = AdminOptions.Config();
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("list", "What every account has") { config, raw };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            if (parsed.GetValue(raw)) await Console.Out.WriteLineAsync(await client.GetTextAsync("balances"));
            else Write(await client.GetAsync("balances", AdminJson.Default.BalancesDocument));
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Write(BalancesDocument document)
    {
        var table = new TextTable("ACCOUNT", "BALANCE", "CREDIT LIMIT", "AVAILABLE", "CURRENCY", "");
        foreach (var one in document.Accounts)
        {
            table.Add(one.Account, one.Balance ?? "", one.CreditLimit ?? "", one.Available ?? "",
                one.Balance is null ? "" : document.Currency, one.Configured ? "" : "not configured any more");
        }

        table.WriteTo(Console.Out);
    }

    private static Command CreateAdd()
    {
        var account = new Argument<string>("ACCOUNT");
        var amount = new Argument<string>("AMOUNT")
        {
            Description = "With a point, such as 25.00; below 0 to take away, behind a --",
        };
        var config = AdminOptions.Config();
        var name = new Option<string>("--name")
        {
            Description = "What the payment is called; under one name it is booked once, however often it is sent",
            Required = true,
        };
        var by = new Option<string?>("--by") { Description = "Who books it; without it the user" };
        var note = new Option<string?>("--note") { Description = "Why" };
        var command = new Command("add", "Book a payment or a correction") { account, amount, config, name, by, note };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var request = new PaymentRequest
            {
                Amount = parsed.GetRequiredValue(amount),
                Name = parsed.GetRequiredValue(name),
                By = parsed.GetValue(by) ?? Environment.UserName,
                Note = parsed.GetValue(note),
            };
            var result = await client.PostAsync(
                "balances/" + Uri.EscapeDataString(parsed.GetRequiredValue(account)), request,
                AdminJson.Default.PaymentRequest, AdminJson.Default.PaymentResult);
            Console.WriteLine($"{result.Result}: {result.Amount} as {result.Name}; {result.Account} has "
                + result.Balance);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command CreatePayments()
    {
        var config = AdminOptions.Config();
        var account = new Option<string?>("--account") { Description = "Of this account alone" };
        var command = new Command("payments", "All that was booked, the oldest first") { config, account };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var table = new TextTable("AT", "ACCOUNT", "AMOUNT", "BALANCE", "NAME", "BY", "FROM", "NOTE");
            var after = "";
            do
            {
                var page = await client.GetAsync(
                    string.Create(CultureInfo.InvariantCulture, $"payments?limit={Page}&after={after}&account=")
                    + Uri.EscapeDataString(parsed.GetValue(account) ?? ""), AdminJson.Default.PaymentsDocument);
                foreach (var one in page.Payments) Add(table, one);
                after = page.Next;
            }
            while (after is not null);
            table.WriteTo(Console.Out);
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Add(TextTable table, PaymentEntry one) => table.Add(
        one.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), one.Account, one.Amount, one.Balance,
        one.Name, one.By ?? "", one.From ?? "", one.Note ?? "");
}
