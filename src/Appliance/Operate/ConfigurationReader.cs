using System.Text.Json;
using System.Text.Unicode;
using Appliance.Limits;
using Appliance.Policy;

namespace Appliance.Operate;

/// <summary>
/// JSON to <see cref="Configuration"/>. A walk over the parsed tree instead of a deserializer, because that one stops
/// at the first error, and who writes a configuration wants to see them all at once.
/// </summary>
internal static class ConfigurationReader
{
    private const int MaxNumber = 1_000_000_000;
    private const int MostDays = 36_500;
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestRepeatWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRepeatWindow = TimeSpan.FromDays(7);
    private static readonly TimeSpan ShortestValidity = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestClockGap = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestValidity = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    private static readonly (string, RingWait)[] Waits =
        [("blocking", RingWait.Blocking), ("yielding", RingWait.Yielding), ("busy_spin", RingWait.BusySpin)];

    private static readonly (string, CarrierBind)[] Binds =
    [
        ("transceiver", CarrierBind.Transceiver), ("transmitter_receiver", CarrierBind.TransmitterReceiver),
    ];

    private static readonly (string, CarrierIdForm)[] IdForms =
    [
        ("auto", CarrierIdForm.Auto), ("text", CarrierIdForm.Text),
        ("hex_to_dec", CarrierIdForm.HexToDec), ("dec_to_hex", CarrierIdForm.DecToHex),
    ];

    private static readonly (string, InDoubtPolicy)[] InDoubts =
        [("resend", InDoubtPolicy.Resend), ("fail", InDoubtPolicy.Fail)];

    private static readonly (string, CarrierErrorClass)[] ErrorClasses =
    [
        ("throttle", CarrierErrorClass.Throttle), ("transient", CarrierErrorClass.Transient),
        ("message", CarrierErrorClass.Message), ("route", CarrierErrorClass.Route),
        ("session", CarrierErrorClass.Session),
    ];

    private static readonly (string, RegisteredDeliveryPolicy)[] RegisteredDeliveries =
        [("as_requested", RegisteredDeliveryPolicy.AsRequested), ("always", RegisteredDeliveryPolicy.Always)];

    private static readonly (string, RepeatNames)[] RepeatChoices =
        [("none", RepeatNames.None), ("user_message_reference", RepeatNames.UserMessageReference)];

    public static ConfigurationResult Read(ReadOnlySpan<byte> json, string name)
    {
        if (!Utf8.IsValid(json))
            return ConfigurationResult.Failed(new ConfigurationError(name, "bytes that are no UTF-8", "UTF-8"));
        if (json.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            json = json[3..];
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Options);
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            var place = $"{name} line {error.LineNumber + 1} byte {error.BytePositionInLine + 1}";
            return ConfigurationResult.Failed(new ConfigurationError(place, "no JSON: " + error.Message, "JSON"));
        }
    }

    private static ConfigurationResult Read(JsonElement root)
    {
        var errors = new List<ConfigurationError>();
        var top = new ConfigurationObject("", root, errors);
        var fallback = new Configuration();
        var configuration = new Configuration
        {
            Node = top.Whole("node", fallback.Node, 1, 4095),
            Data = top.Text("data", fallback.Data, "a folder's path", ConfigurationRules.IsPath),
            Http = top.Object("http", ReadHttp) ?? fallback.Http,
            Admin = top.Object("admin", ReadAdmin) ?? fallback.Admin,
            Smpp = top.Object("smpp", ReadSmpp) ?? fallback.Smpp,
            Ring = top.Object("ring", ReadRing) ?? fallback.Ring,
            Limits = top.Object("limits", ReadLimits) ?? fallback.Limits,
            Retention = top.Object("retention", ReadRetention) ?? fallback.Retention,
            Numbers = top.Object("numbers", NumbersReader.Read) ?? fallback.Numbers,
            Accounts = top.Objects("accounts", ReadAccount),
            Carriers = top.Objects("carriers", ReadCarrier),
            Routes = top.Objects("routes", RouteReader.Read),
            Routing = top.Object("routing", RoutingReader.Read) ?? fallback.Routing,
            Money = top.Object("money", MoneyReader.Read) ?? fallback.Money,
            Policy = top.Object("policy", PolicyReader.Read) ?? fallback.Policy,
        };
        top.Close();
        ConfigurationRules.Check(configuration, errors);
        return errors.Count == 0 ? ConfigurationResult.Of(configuration) : ConfigurationResult.Failed(errors);
    }

    private static HttpConfiguration ReadHttp(ConfigurationObject http) =>
        new() { Listen = http.EndPoint("listen", new HttpConfiguration().Listen) };

    private static AdminConfiguration ReadAdmin(ConfigurationObject admin) => new()
    {
        Listen = admin.EndPoint("listen", new AdminConfiguration().Listen),
        KeySha256 = admin.HashedSecret("key", ConfigurationRules.Key, ConfigurationRules.IsKey, required: false),
    };

    private static SmppConfiguration ReadSmpp(ConfigurationObject smpp)
    {
        var fallback = new SmppConfiguration();
        return new SmppConfiguration
        {
            Listen = smpp.EndPoint("listen", fallback.Listen),
            SystemId = smpp.Text(
                "system_id", fallback.SystemId, ConfigurationRules.SystemId, ConfigurationRules.IsSystemId),
            IoThreads = smpp.Whole("io_threads", fallback.IoThreads, 1, 16),
            SessionInitTimer = Timer(smpp, "session_init_timer", fallback.SessionInitTimer),
            InactivityTimer = Timer(smpp, "inactivity_timer", fallback.InactivityTimer),
            ResponseTimer = Timer(smpp, "response_timer", fallback.ResponseTimer),
            EnquireLinkTimer = Timer(smpp, "enquire_link_timer", fallback.EnquireLinkTimer),
            MaxPduLength = smpp.Whole("max_pdu_length", fallback.MaxPduLength, 1024, 1024 * 1024),
            MaxConnections = smpp.Whole("max_connections", fallback.MaxConnections, 1, 100_000),
        };
    }

    private static RingConfiguration ReadRing(ConfigurationObject ring)
    {
        var fallback = new RingConfiguration();
        var slots = ring.Whole("slots", fallback.Slots, 64, 1 << 22);
        if (!int.IsPow2(slots))
            ring.Note("slots", $"{slots}", "a power of two");
        return new RingConfiguration { Slots = slots, Wait = ring.Choice("wait", fallback.Wait, Waits) };
    }

    private static LimitsConfiguration ReadLimits(ConfigurationObject limits)
    {
        var fallback = new LimitsConfiguration();
        var validity = limits.Duration("validity", fallback.Validity, ShortestValidity, LongestValidity);
        var most = limits.Duration("validity_max", fallback.ValidityMax, ShortestValidity, LongestValidity);
        if (most < validity && limits.Has("validity_max"))
        {
            limits.Note(
                "validity_max", $"{most.TotalSeconds:0} s", $"limits.validity ({validity.TotalSeconds:0} s) or more");
        }

        return new LimitsConfiguration
        {
            LiveMessages = limits.Whole("live_messages", fallback.LiveMessages, 1000, MaxNumber),
            MemoryMessages = limits.Whole("memory_messages", fallback.MemoryMessages, 10_000, MaxNumber),
            RepeatWindow = limits.Duration(
                "repeat_window", fallback.RepeatWindow, ShortestRepeatWindow, LongestRepeatWindow),
            Validity = validity,
            // What is tried by itself may be asked for, too.
            ValidityMax = most < validity ? validity : most,
            ReceiptTimer = limits.Duration("receipt_timer", fallback.ReceiptTimer, ShortestValidity, LongestValidity),
            ReceiptTtl = limits.Duration("receipt_ttl", fallback.ReceiptTtl, ShortestValidity, LongestValidity),
            Notices = limits.Whole("notices", fallback.Notices, 1000, MaxNumber),
            ClockGap = limits.Duration("clock_gap", fallback.ClockGap, ShortestClockGap, LongestValidity),
            JournalMemoryMb = limits.Whole("journal_memory_mb", fallback.JournalMemoryMb, 8, 1 << 16),
            DiskFreeMinMb = limits.Whole("disk_free_min_mb", fallback.DiskFreeMinMb, 0, MaxNumber),
            DiskFreeOkMb = limits.Whole("disk_free_ok_mb", fallback.DiskFreeOkMb, 0, MaxNumber),
        };
    }

    private static RetentionConfiguration ReadRetention(ConfigurationObject retention) =>
        new() { Days = retention.Whole("days", 0, 0, MostDays) };

    private static AccountConfiguration ReadAccount(ConfigurationObject account) => new()
    {
        Name = account.RequiredText("name", ConfigurationRules.Name, ConfigurationRules.IsName),
        Smpp = account.Object("smpp", ReadAccountSmpp),
        Http = account.Object("http", ReadAccountHttp),
        Country = account.Has("country")
            ? account.Text("country", "", ConfigurationRules.Country, ConfigurationRules.IsCountry)
            : null,
        Class = account.Has("class")
            ? account.Choice("class", MessageClass.Transactional, PolicyReader.ClassNames)
            : null,
        Throughput = account.Whole("throughput", 0, 0, MaxNumber),
        SenderThroughput = account.Whole("sender_throughput", 0, 0, MaxNumber),
        Weight = account.Whole("weight", 1, 1, FairWeights.Most),
        MaxPriority = account.Whole("max_priority", 3, 0, 3),
        MaxLive = account.Whole("max_live", 0, 0, MaxNumber),
        Numbers = account.Texts("numbers", "a list of numbers", number => InboundNumbers.IsValid(number)
            ? null
            : InboundNumbers.Expected),
        InboundKeywords = account.Flag("inbound_keywords", true),
        Billing = account.Object("billing", MoneyReader.ReadBilling),
    };

    private static AccountSmppConfiguration ReadAccountSmpp(ConfigurationObject smpp) => new()
    {
        SystemId = smpp.RequiredText("system_id", ConfigurationRules.SystemId, ConfigurationRules.IsSystemId),
        PasswordSha256 = smpp.HashedSecret(
            "password", ConfigurationRules.Password, text => text.Length > 0 && ConfigurationRules.IsPassword(text)),
        MaxBinds = smpp.Whole("max_binds", 8, 1, 10_000),
        Window = smpp.Whole("window", 100, 1, 10_000),
        Repeats = smpp.Choice("repeats", RepeatNames.None, RepeatChoices),
    };

    private static AccountHttpConfiguration ReadAccountHttp(ConfigurationObject http) => new()
    {
        KeySha256 = http.HashedSecret("key", ConfigurationRules.Key, ConfigurationRules.IsKey),
    };

    private static CarrierConfiguration ReadCarrier(ConfigurationObject carrier) => new()
    {
        Name = carrier.RequiredText("name", ConfigurationRules.Name, ConfigurationRules.IsName),
        Host = carrier.RequiredText("host", "a host name or an address", ConfigurationRules.IsHost),
        Port = carrier.RequiredWhole("port", 1, ushort.MaxValue),
        SystemId = carrier.RequiredText("system_id", ConfigurationRules.SystemId, ConfigurationRules.IsSystemId),
        Password = carrier.Secret("password", ConfigurationRules.Password, ConfigurationRules.IsPassword),
        SystemType = carrier.Text("system_type", "", ConfigurationRules.SystemType, ConfigurationRules.IsSystemType),
        Bind = carrier.Choice("bind", CarrierBind.Transceiver, Binds),
        Sessions = carrier.Whole("sessions", 2, 1, 64),
        Window = carrier.Whole("window", 100, 1, 10_000),
        Throughput = carrier.Whole("throughput", 0, 0, MaxNumber),
        SenderThroughput = carrier.Whole("sender_throughput", 0, 0, MaxNumber),
        EnquireLinkTimer = Timer(carrier, "enquire_link_timer", TimeSpan.FromSeconds(30)),
        ResponseTimer = Timer(carrier, "response_timer", TimeSpan.FromSeconds(60)),
        IdForm = carrier.Choice("id_form", CarrierIdForm.Auto, IdForms),
        InDoubt = carrier.Choice("in_doubt", InDoubtPolicy.Resend, InDoubts),
        InDoubtResends = carrier.Whole("in_doubt_resends", 5, 1, 100),
        Errors = carrier.Object("errors", ReadErrors) ?? new Dictionary<uint, CarrierErrorClass>(),
        RegisteredDelivery = carrier.Choice(
            "registered_delivery", RegisteredDeliveryPolicy.AsRequested, RegisteredDeliveries),
    };

    private static Dictionary<uint, CarrierErrorClass> ReadErrors(ConfigurationObject errors)
    {
        var classes = new Dictionary<uint, CarrierErrorClass>();
        foreach (var name in errors.Names)
        {
            var known = errors.Choice(name, CarrierErrorClass.Transient, ErrorClasses);
            if (!ConfigurationRules.TryGetStatus(name, out var status))
                errors.Note(name, "no command_status", ConfigurationRules.Status);
            else if (!classes.TryAdd(status, known))
                errors.Note(name, "the status a second time", "each command_status once");
        }

        return classes;
    }

    private static TimeSpan Timer(ConfigurationObject section, string name, TimeSpan fallback) =>
        section.Duration(name, fallback, ShortestTimer, LongestTimer);
}
