using Appliance.Carriers.Smpp;
using Appliance.Decide;
using Appliance.Ingress.Smpp;
using Appliance.Money;
using Appliance.Operate;
using Appliance.Policy;
using Appliance.Routing;
using Store;

namespace Appliance;

/// <summary>What the configuration says, in each stage's own words.</summary>
internal static class PipelineOptions
{
    /// <summary>An account without a limit of its own may hold this part of all unfinished messages.</summary>
    private const int AccountShare = 2;

    private const int DefaultNoticeWindow = 100;

    public static JournalOptions Journal(Configuration configuration)
    {
        // Three write buffers, of which one is being filled; the rest of the budget is cache and small families.
        var buffer = Math.Max(4L, configuration.Limits.JournalMemoryMb / 4) << 20;
        return new JournalOptions
        {
            Path = configuration.Data,
            Node = configuration.Node,
            LogWriteBuffer = buffer,
        };
    }

    public static DeciderOptions Decider(Configuration configuration, StageSetup setup, LiveTables tables) => new()
    {
        Node = configuration.Node,
        MemoryMessages = configuration.Limits.MemoryMessages,
        LiveMessages = configuration.Limits.LiveMessages,
        Accounts = setup.Accounts,
        Carriers = setup.Carriers,
        Tables = tables,
        Routing = configuration.Routing,
        Policy = setup.Policy,
        OptOutClasses = setup.OptOutClasses,
        Fraud = configuration.Policy.Fraud,
        Validity = (uint)configuration.Limits.Validity.TotalSeconds,
        NoticeTtl = (uint)configuration.Limits.ReceiptTtl.TotalSeconds,
        NoticesLimit = configuration.Limits.Notices,
        ReceiptTimer = (long)configuration.Limits.ReceiptTimer.TotalMilliseconds,
        RepeatWindow = (long)configuration.Limits.RepeatWindow.TotalMilliseconds,
    };

    /// <summary>The rules about messages, ready to be asked.</summary>
    public static PolicyTables Policy(Configuration configuration, Func<string, ushort> ids) => new(
        configuration.Policy,
        configuration.Accounts.ToDictionary(account => account.Name, account => ids(account.Name)));

    public static EsmeOptions Esme(Configuration configuration) => new()
    {
        SystemId = configuration.Smpp.SystemId,
        SessionInitTimer = Milliseconds(configuration.Smpp.SessionInitTimer),
        InactivityTimer = Milliseconds(configuration.Smpp.InactivityTimer),
        EnquireLinkTimer = Milliseconds(configuration.Smpp.EnquireLinkTimer),
        ResponseTimer = Milliseconds(configuration.Smpp.ResponseTimer),
        MaxPduLength = configuration.Smpp.MaxPduLength,
        MaxConnections = configuration.Smpp.MaxConnections,
        LongestValidity = (uint)configuration.Limits.ValidityMax.TotalSeconds,
    };

    /// <summary>Who may bind.</summary>
    public static IEnumerable<EsmeAccount> Esme(PipelineAccounts accounts) =>
        from account in accounts.All
        where account.Configured.Smpp is not null
        let smpp = account.Configured.Smpp
        select new EsmeAccount(account.Id, account.Configured.Name, smpp.SystemId, smpp.PasswordSha256,
            smpp.MaxBinds, smpp.Repeats == RepeatNames.UserMessageReference, account.Rate)
        {
            Home = account.Home,
            Class = account.Class,
            MaxPriority = (byte)account.Configured.MaxPriority,
            NoticeWindow = smpp.Window,
        };

    /// <summary>The country of an account's numbers in their national form, or null.</summary>
    public static Numbering.Country? Home(AccountConfiguration account) =>
        account.Country is { } iso ? Numbering.NumberPlan.Shipped.CountryOf(iso) : null;

    /// <summary>What an account's messages are for that do not say.</summary>
    public static MessageClass Class(Configuration configuration, AccountConfiguration account) =>
        account.Class ?? configuration.Policy.DefaultClass;

    public static CarrierLinkOptions Link(CarrierConfiguration carrier, Func<string, ushort> ids) => new()
    {
        Id = ids(carrier.Name),
        Name = carrier.Name,
        Host = carrier.Host,
        Port = carrier.Port,
        SystemId = carrier.SystemId,
        Password = carrier.Password,
        SystemType = carrier.SystemType,
        Transceiver = carrier.Bind == CarrierBind.Transceiver,
        Sessions = carrier.Sessions,
        EnquireLinkTimer = Milliseconds(carrier.EnquireLinkTimer),
    };

    /// <summary>Routes and prices as tables.</summary>
    /// <param name="previous">Those in force until now; null at a start.</param>
    /// <exception cref="ConfigurationException">A file of prices or costs is wrong.</exception>
    public static RoutingTables Tables(Configuration configuration, NameIds ids, RoutingTables? previous = null)
    {
        var errors = new List<ConfigurationError>();
        var money = MoneyCompiler.Compile(configuration, ids.Account, ids.Carrier, errors);
        if (money is null) throw new ConfigurationException(errors);
        var routes = RouteCompiler.Compile(
            configuration.Routes, ids.Carrier, ids.Account,
            carrier => money.Costs.Has(ids.Carrier(carrier)), previous?.Routes, configuration.Routing.Stats.Late);
        return new RoutingTables((previous?.Number ?? 0) + 1, routes, money);
    }

    public static AccountOptions Account(
        Configuration configuration, AccountConfiguration account, Func<string, ushort> ids) => new(
        ids(account.Name),
        account.Name,
        account.MaxLive > 0 ? account.MaxLive : Math.Max(1, configuration.Limits.LiveMessages / AccountShare),
        account.Smpp?.Window ?? DefaultNoticeWindow,
        Milliseconds(configuration.Smpp.ResponseTimer))
    {
        Billing = account.Billing,
        SenderThroughput = account.SenderThroughput,
        Weight = account.Weight,
    };

    public static CarrierOptions Carrier(CarrierConfiguration carrier, Func<string, ushort> ids) => new()
    {
        Id = ids(carrier.Name),
        Name = carrier.Name,
        Sessions = carrier.Sessions,
        Window = carrier.Window,
        Throughput = carrier.Throughput,
        SenderThroughput = carrier.SenderThroughput,
        InDoubt = carrier.InDoubt == Operate.InDoubtPolicy.Fail ? Decide.InDoubtPolicy.Fail
            : Decide.InDoubtPolicy.Resend,
        InDoubtResends = carrier.InDoubtResends,
        IdForm = carrier.IdForm switch
        {
            CarrierIdForm.Text => IdForm.Text,
            CarrierIdForm.HexToDec => IdForm.HexToDecimal,
            CarrierIdForm.DecToHex => IdForm.DecimalToHex,
            _ => IdForm.Auto,
        },
        ResponseTimer = Milliseconds(carrier.ResponseTimer),
        Errors = carrier.Errors.ToDictionary(error => error.Key, error => Class(error.Value)),
        AlwaysRegister = carrier.RegisteredDelivery == RegisteredDeliveryPolicy.Always,
    };

    private static ErrorClass Class(CarrierErrorClass named) => named switch
    {
        CarrierErrorClass.Throttle => ErrorClass.Throttle,
        CarrierErrorClass.Message => ErrorClass.Message,
        CarrierErrorClass.Route => ErrorClass.Route,
        CarrierErrorClass.Session => ErrorClass.Session,
        _ => ErrorClass.Transient,
    };

    private static int Milliseconds(TimeSpan time) => (int)Math.Min(int.MaxValue, time.TotalMilliseconds);
}
