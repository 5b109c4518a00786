using System.Net;
using System.Security.Cryptography;
using System.Text;
using Appliance.Numbering.Lookups;
using Appliance.Operate;

namespace Operate.Tests.Configurations;

public class ConfigurationTests
{
    [Fact]
    public void An_empty_object_gives_the_defaults()
    {
        var configuration = Good("{}");
        Assert.Equal(1, configuration.Node);
        Assert.Equal("127.0.0.1:8080", configuration.Http.Listen.ToString());
        Assert.Equal("127.0.0.1:9464", configuration.Admin.Listen.ToString());
        Assert.Equal("127.0.0.1:2775", configuration.Smpp.Listen.ToString());
        Assert.Equal(TimeSpan.FromSeconds(120), configuration.Smpp.InactivityTimer);
        Assert.Equal(16384, configuration.Ring.Slots);
        Assert.Equal(RingWait.Blocking, configuration.Ring.Wait);
        Assert.Equal(10_000_000, configuration.Limits.LiveMessages);
        Assert.Empty(configuration.Accounts);
    }

    [Fact]
    public void The_example_is_good_and_every_field_is_taken_from_it()
    {
        var result = Configuration.Load(Path.Combine(AppContext.BaseDirectory, "appliance.json"));
        Assert.Empty(result.Errors);
        var configuration = result.Configuration!;
        Assert.Equal("/var/lib/appliance", configuration.Data);
        Assert.Equal(TimeSpan.FromMinutes(2), configuration.Smpp.InactivityTimer);
        var account = Assert.Single(configuration.Accounts);
        Assert.Equal(Sha256("change-me"), account.Smpp!.PasswordSha256.ToArray());
        Assert.Equal(Sha256("change-me-too"), account.Http!.KeySha256.ToArray());
        Assert.Equal(["alpha", "beta"], configuration.Carriers.Select(carrier => carrier.Name));
        Assert.Equal(300, configuration.Carriers[0].Throughput);
        Assert.Equal(0, configuration.Carriers[1].Throughput);
        Assert.Equal(["beta", "alpha"], configuration.Routes[1].Carriers);
    }

    [Fact]
    public void Every_member_has_its_own_value()
    {
        var configuration = Good("""
            { "node": 7, "data": "d", "http": {"listen": "[::]:0"}, "retention": {"days": 11},
              "admin": {"listen": "localhost:1", "key": "k"},
              "smpp": {"listen": "0.0.0.0:2", "system_id": "me", "io_threads": 2, "session_init_timer": 0.5, "inactivity_timer": "1h",
                       "response_timer": "250ms", "enquire_link_timer": "5m", "max_pdu_length": 2048,
                       "max_connections": 3},
              "ring": {"slots": 1024, "wait": "busy_spin"},
              "limits": {"live_messages": 5000, "journal_memory_mb": 64, "disk_free_min_mb": 12,
                         "disk_free_ok_mb": 13, "repeat_window": "2h", "validity": "3h", "validity_max": "6h", "receipt_timer": "4h"},
              "accounts": [{"name": "n", "smpp": {"system_id": "s", "password": "p", "max_binds": 2, "window": 3,
                                                 "repeats": "user_message_reference"},
                            "throughput": 4, "max_live": 5, "country": "DE"}],
              "numbers": {"order": ["prefix", "hlr"], "hlr": {"url": "https://h.example/{number}", "key": "k", "timeout": "1s",
                          "cache_ttl": "1h", "cache_size": 10, "fields": {"mcc": "a", "mnc": "b.c", "carrier": "d", "ported": "e"}}},
              "carriers": [{"name": "c", "host": "h.example", "port": 9, "system_id": "x", "password": "y",
                            "system_type": "z", "bind": "transmitter_receiver", "sessions": 6, "window": 7,
                            "throughput": 8, "enquire_link_timer": 9, "response_timer": 10, "id_form": "hex_to_dec",
                            "in_doubt": "fail", "in_doubt_resends": 3, "registered_delivery": "always",
                            "errors": {"ESME_RINVDSTADR": "route", "0x0401": "throttle"}}],
              "routes": [{"prefix": "49", "carriers": ["c"]}] }
            """);
        Assert.Equal((7, "d"), (configuration.Node, configuration.Data));
        Assert.Equal(Sha256("k"), configuration.Admin.KeySha256.ToArray());
        Assert.Equal((12, 13, 11), (configuration.Limits.DiskFreeMinMb, configuration.Limits.DiskFreeOkMb,
            configuration.Retention.Days));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 0), configuration.Http.Listen);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 1), configuration.Admin.Listen);
        Assert.Equal((2, 3, 4), (configuration.Limits.RepeatWindow.TotalHours, configuration.Limits.Validity.TotalHours,
            configuration.Limits.ReceiptTimer.TotalHours));
        var smpp = configuration.Smpp;
        Assert.Equal((new IPEndPoint(IPAddress.Any, 2), "me", 2048, 3),
            (smpp.Listen, smpp.SystemId, smpp.MaxPduLength, smpp.MaxConnections));
        Assert.Equal((500, 3_600_000, 250, 300_000), (smpp.SessionInitTimer.TotalMilliseconds,
            smpp.InactivityTimer.TotalMilliseconds, smpp.ResponseTimer.TotalMilliseconds,
            smpp.EnquireLinkTimer.TotalMilliseconds));
        Assert.Equal((1024, RingWait.BusySpin), (configuration.Ring.Slots, configuration.Ring.Wait));
        Assert.Equal((5000, 64), (configuration.Limits.LiveMessages, configuration.Limits.JournalMemoryMb));
        Assert.Equal(TimeSpan.FromHours(6), configuration.Limits.ValidityMax);
        var account = configuration.Accounts[0];
        Assert.Equal(RepeatNames.UserMessageReference, account.Smpp!.Repeats);
        Assert.Equal(("n", 4, 5), (account.Name, account.Throughput, account.MaxLive));
        Assert.Equal(("s", 2, 3), (account.Smpp!.SystemId, account.Smpp.MaxBinds, account.Smpp.Window));
        Assert.Equal("DE", account.Country);
        Assert.Equal([LookupSource.Prefix, LookupSource.Hlr], configuration.Numbers.Order);
        var hlr = configuration.Numbers.Hlr!;
        Assert.Equal(("https://h.example/{number}", "k", 1, 1, 10), (hlr.Url, hlr.Key, hlr.Timeout.TotalSeconds, hlr.CacheTtl.TotalHours, hlr.CacheSize));
        Assert.Equal(("a", "b.c", "d", "e"), (hlr.Fields.Mcc, hlr.Fields.Mnc, hlr.Fields.Carrier, hlr.Fields.Ported));
        Assert.Null(account.Http);
        var carrier = configuration.Carriers[0];
        Assert.Equal(("c", "h.example", 9, "x", "y", "z"), (carrier.Name, carrier.Host, carrier.Port,
            carrier.SystemId, carrier.Password, carrier.SystemType));
        Assert.Equal((CarrierBind.TransmitterReceiver, 6, 7, 8),
            (carrier.Bind, carrier.Sessions, carrier.Window, carrier.Throughput));
        Assert.Equal((9, 10), (carrier.EnquireLinkTimer.TotalSeconds, carrier.ResponseTimer.TotalSeconds));
        Assert.Equal((CarrierIdForm.HexToDec, InDoubtPolicy.Fail, RegisteredDeliveryPolicy.Always),
            (carrier.IdForm, carrier.InDoubt, carrier.RegisteredDelivery));
        Assert.Equal([(0x0Bu, CarrierErrorClass.Route), (0x401u, CarrierErrorClass.Throttle)],
            carrier.Errors.Select(error => (error.Key, error.Value)));
        Assert.Equal("49", configuration.Routes[0].Prefix);
    }

    [Theory]
    [InlineData("""{"node": 0}""", "node", "0", "from 1 to 4095")]
    [InlineData("""{"node": 1.5}""", "node", "1.5", "whole number")]
    [InlineData("""{"node": "1"}""", "node", "\"1\"", "whole number")]
    [InlineData("""{"node": 99999999999999999999}""", "node", "99999999999999999999", "whole number")]
    [InlineData("""{"nodes": 1}""", "nodes", "an unknown member", "node, data, http")]
    [InlineData("""{"node": 1, "node": 2}""", "node", "a second time", "once")]
    [InlineData("""{"http": []}""", "http", "a list", "an object")]
    [InlineData("""{"http": null}""", "http", "null", "an object")]
    [InlineData("""{"http": {"listen": "8080"}}""", "http.listen", "\"8080\"", "127.0.0.1:8080")]
    [InlineData("""{"http": {"listen": "1.2.3:80"}}""", "http.listen", "1.2.3:80", "address")]
    [InlineData("""{"http": {"listen": "1.2.3.4:70000"}}""", "http.listen", "70000", "address")]
    [InlineData("""{"http": {"listen": "::1:80"}}""", "http.listen", "::1:80", "address")]
    [InlineData("""{"smpp": {"listen": "127.0.0.1:8080"}}""", "smpp.listen", "http.listen", "its own")]
    [InlineData("""{"smpp": {"response_timer": "10 parsecs"}}""", "smpp.response_timer", "parsecs", "\"30s\"")]
    [InlineData("""{"smpp": {"response_timer": -1}}""", "smpp.response_timer", "-1", "0.1 to 86400")]
    [InlineData("""{"smpp": {"response_timer": 1e999}}""", "smpp.response_timer", "1e999", "duration")]
    [InlineData("""{"smpp": {"response_timer": "s"}}""", "smpp.response_timer", "\"s\"", "duration")]
    [InlineData("""{"smpp": {"system_id": "sixteen-letters!"}}""", "smpp.system_id", "sixteen", "1 to 15")]
    [InlineData("""{"retention": {"days": 4}}""", "retention.days", "4", "limits.validity and limits.receipt_timer together, 120")]
    [InlineData("""{"retention": {"days": 6}, "limits": {"repeat_window": "168h"}}""",
        "retention.days", "6", "limits.repeat_window, 168")]
    [InlineData("""{"limits": {"receipt_ttl": "1s"}}""", "limits.receipt_ttl", "1s", "60 to 2592000")]
    [InlineData("""{"limits": {"notices": 1}}""", "limits.notices", "1", "from 1000")]
    [InlineData("""{"limits": {"clock_gap": 60}}""", "limits.clock_gap", "60", "3600 to")]
    [InlineData("""{"ring": {"slots": 1000}}""", "ring.slots", "1000", "power of two")]
    [InlineData("""{"ring": {"wait": "sleeping"}}""", "ring.wait", "sleeping", "blocking, yielding, busy_spin")]
    [InlineData("""{"accounts": {}}""", "accounts", "an object", "a list")]
    [InlineData("""{"accounts": [1]}""", "accounts[0]", "1", "an object")]
    [InlineData("""{"accounts": [{}]}""", "accounts[0].name", "nothing", "1 to 32")]
    [InlineData("""{"accounts": [{"name": "a b"}]}""", "accounts[0].name", "a b", "a-z")]
    [InlineData("""{"accounts": [{"name": "\ud800"}]}""", "accounts[0].name", "a text", "a-z")]
    [InlineData("""{"accounts": [{"name": "a", "\ud800": 1}]}""", "accounts[0].\uFFFD", "unknown", "name")]
    [InlineData("""{"accounts": [{"name": "a", "http": {}}]}""", "accounts[0].http.key", "nothing", "key_sha256")]
    [InlineData("""{"accounts": [{"name": "a", "http": {"key_sha256": "12"}}]}""",
        "accounts[0].http.key_sha256", "2 characters", "64 hex digits")]
    [InlineData("""{"accounts": [{"name": "a", "country": "de"}]}""", "accounts[0].country", "\"de\"", "\"DE\"")]
    [InlineData("""{"numbers": {"order": ["hrl"]}}""", "numbers.order", "hrl", "mnp, hlr or prefix")]
    [InlineData("""{"numbers": {"order": ["mnp", "mnp"]}}""", "numbers.order", "a second time", "each once")]
    [InlineData("""{"numbers": {"hlr": {}}}""", "numbers.hlr.url", "nothing", "{number}")]
    [InlineData("""{"numbers": {"hlr": {"url": "https://h.example/"}}}""", "numbers.hlr.url", "h.example", "{number}")]
    [InlineData("""{"numbers": {"hlr": {"url": "ftp://h.example/{number}"}}}""", "numbers.hlr.url", "ftp", "http or https")]
    [InlineData("""{"numbers": {"hlr": {"url": "http://h/{number}", "timeout": 0}}}""", "numbers.hlr.timeout", "0", "0.05 to 30")]
    [InlineData("""{"numbers": {"hlr": {"url": "http://h/{number}", "key": "a b"}}}""", "numbers.hlr.key", "3 characters", "without a space")]
    [InlineData("""{"routes": [{"carriers": []}]}""", "routes[0].carriers", "empty", "at least one")]
    [InlineData("""{"routes": [{}]}""", "routes[0].carriers", "nothing", "names")]
    [InlineData("""{"routes": [{"prefix": "+1", "carriers": ["a"]}]}""", "routes[0].prefix", "+1", "digits")]
    [InlineData("""{"routes": [{"carriers": ["nobody"]}]}""", "routes[0].carriers[0]", "nobody", "one of the carriers")]
    [InlineData("""{"routes": [{"carriers": [7]}]}""", "routes[0].carriers[0]", "7", "a text")]
    [InlineData("""{"carriers": [{"name": "c", "host": "h", "system_id": "s"}]}""",
        "carriers[0].port", "nothing", "1 to 65535")]
    [InlineData("""{"carriers": [{"name": "c", "host": "a b", "port": 1, "system_id": "s"}]}""",
        "carriers[0].host", "a b", "host name")]
    [InlineData("""{"carriers": [{"errors": {"ESME_NOPE": "route"}}]}""",
        "carriers[0].errors.ESME_NOPE", "no command_status", "ESME_RINVDSTADR")]
    [InlineData("""{"carriers": [{"errors": {"ESME_ROK": "route"}}]}""",
        "carriers[0].errors.ESME_ROK", "no command_status", "0x0400")]
    [InlineData("""{"carriers": [{"errors": {"1025": "route"}}]}""",
        "carriers[0].errors.1025", "no command_status", "0x0400")]
    [InlineData("""{"carriers": [{"errors": {"0x": "route"}}]}""",
        "carriers[0].errors.0x", "no command_status", "0x0400")]
    [InlineData("""{"carriers": [{"errors": {"0x401": "later"}}]}""",
        "carriers[0].errors.0x401", "later", "throttle, transient, message, route, session")]
    [InlineData("""{"carriers": [{"errors": {"0xb": "route", "ESME_RINVDSTADR": "message"}}]}""",
        "carriers[0].errors.ESME_RINVDSTADR", "a second time", "once")]
    [InlineData("""{"limits": {"validity_max": "1h"}}""", "limits.validity_max", "3600 s", "limits.validity (172800 s) or more")]
    [InlineData("""{"limits": {"validity_max": "721h"}}""", "limits.validity_max", "\"721h\"", "from 60 to 2592000")]
    [InlineData("""{"limits": {"validity": 5}}""", "limits.validity", "5", "from 60 to 2592000")]
    [InlineData("[]", "$", "a list", "an object")]
    [InlineData("", "file", "no JSON", "JSON")]
    [InlineData("{} {}", "file", "no JSON", "JSON")]
    [InlineData("{\"node\": 1,\n \"data\" 7}", "file line 2", "no JSON", "JSON")]
    public void A_wrong_field_is_named_with_what_was_found_and_expected(
        string json, string path, string found, string expected)
    {
        var errors = Parse(json).Errors;
        Assert.Contains(errors, error =>
            error.Path.StartsWith(path, StringComparison.Ordinal)
            && error.Found.Contains(found, StringComparison.Ordinal)
            && error.Expected.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_are_listed_each_once()
    {
        var errors = Parse("""
            { "node": 0, "colour": "red",
              "accounts": [
                {"name": "a", "smpp": {"system_id": "s", "password": "p"}, "http": {"key": "k"}},
                {"name": "a", "smpp": {"system_id": "s", "password": "q", "windows": 1}, "http": {"key": "k"}}],
              "carriers": [
                {"name": "c", "host": "h", "port": 1, "system_id": "s"},
                {"name": "c", "host": "h", "port": 0, "system_id": "s"}],
              "routes": [{"carriers": ["c", "c"]}, {"carriers": ["d"]}] }
            """).Errors;
        Assert.Equal(
            [
                "accounts[1].http.key", "accounts[1].name", "accounts[1].smpp.system_id", "accounts[1].smpp.windows",
                "carriers[1].name", "carriers[1].port", "colour", "node",
                "routes[0].carriers[1]", "routes[1].carriers[0]", "routes[1].prefix",
            ],
            errors.Select(error => error.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Errors_do_not_repeat_secrets()
    {
        var errors = Parse("""
            { "accounts": [{"name": "a", "smpp": {"system_id": "s", "password": "hünter2"},
                            "http": {"key": "top secret"}}],
              "carriers": [{"name": "c", "host": "h", "port": 1, "system_id": "s", "password": "gehéim"}] }
            """).Errors;
        Assert.Equal(3, errors.Count);
        Assert.DoesNotContain(errors, error =>
            error.ToString().Contains("nter2", StringComparison.Ordinal)
            || error.ToString().Contains("top", StringComparison.Ordinal)
            || error.ToString().Contains("geh", StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_may_be_given_as_its_hash_but_not_both_ways()
    {
        var hash = Convert.ToHexString(Sha256("demo-key"));
        var account = Good(Account("\"key_sha256\": \"" + hash + "\"")).Accounts[0];
        Assert.Equal(Sha256("demo-key"), account.Http!.KeySha256.ToArray());
        var both = Parse(Account("\"key\": \"k\", \"key_sha256\": \"" + hash + "\""));
        Assert.Equal("accounts[0].http.key_sha256", Assert.Single(both.Errors).Path);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_allowed() =>
        Assert.Equal(3, Good("\uFEFF// hello\n{ /* node */ \"node\": 3, }").Node);

    [Fact]
    public void Bytes_that_are_no_text_are_one_error() =>
        Assert.Contains("UTF-8", Assert.Single(Configuration.Parse([0x7B, 0xFF, 0x7D], "file").Errors).Expected,
            StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_an_error_that_names_it()
    {
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "none.json");
        Assert.Equal(path, Assert.Single(Configuration.Load(path).Errors).Path);
    }

    [Fact]
    public void The_demo_is_the_contract()
    {
        var demo = Configuration.Demo();
        Assert.Equal(("127.0.0.1:8080", "127.0.0.1:2775", "127.0.0.1:9464", "./data/demo"), (
            demo.Http.Listen.ToString(), demo.Smpp.Listen.ToString(), demo.Admin.Listen.ToString(), demo.Data));
        var account = Assert.Single(demo.Accounts);
        Assert.Equal(("demo", "demo"), (account.Name, account.Smpp!.SystemId));
        Assert.Equal(Sha256("demo"), account.Smpp.PasswordSha256.ToArray());
        Assert.Equal(Sha256("demo-key"), account.Http!.KeySha256.ToArray());
        Assert.Equal(2, demo.Carriers.Count);
        Assert.Equal(demo.Carriers.Select(carrier => carrier.Name), Assert.Single(demo.Routes).Carriers);
    }

    [Fact]
    public void Each_member_is_in_the_documentation()
    {
        var table = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "configuration.md"));
        string[] sections = ["$", "http", "admin", "smpp", "ring", "limits", "retention", "numbers", "routing", "money"];
        foreach (var section in sections)
        {
            var json = section == "$" ? """{"?": 0}""" : "{\"" + section + "\": {\"?\": 0}}";
            var known = Assert.Single(Parse(json).Errors).Expected["one of ".Length..].Split(", ");
            foreach (var member in known.Except(sections).Except(["accounts", "carriers", "routes", "policy"]))
            {
                var path = section == "$" ? member : $"{section}.{member}";
                Assert.Contains($"| `{path}` |", table, StringComparison.Ordinal);
            }
        }

        foreach (var list in (string[])["accounts[]", "carriers[]", "routes[]", "accounts[].smpp", "accounts[].http"])
        {
            foreach (var member in MembersOf(list))
            {
                var name = member.EndsWith("_sha256", StringComparison.Ordinal) ? member : $"{list}.{member}";
                Assert.Contains($"`{name}`", table, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("127.0.0.1:1", null, true)]
    [InlineData("[::1]:1", null, true)]
    [InlineData("0.0.0.0:1", null, false)]
    [InlineData("[::]:1", null, false)]
    [InlineData("10.0.0.1:1", null, false)]
    [InlineData("0.0.0.0:1", "k", true)]
    public void An_admin_listener_that_others_reach_needs_a_key(string listen, string? key, bool good)
    {
        var member = key is null ? "" : ", \"key\": \"" + key + "\"";
        var result = Parse("{\"admin\": {\"listen\": \"" + listen + "\"" + member + "}}");
        Assert.Equal(good ? [] : ["admin.key"], result.Errors.Select(error => error.Path));
    }

    [Theory]
    [InlineData("{\"key\": \"with space\"}", "admin.key")]
    [InlineData("{\"key\": \"\"}", "admin.key")]
    [InlineData("{\"key_sha256\": \"12\"}", "admin.key_sha256")]
    public void An_admin_key_is_as_strict_as_others(string admin, string path) =>
        Assert.Equal([path], Parse("{\"admin\": " + admin + "}").Errors.Select(error => error.Path));

    [Fact]
    public void The_disk_is_well_no_sooner_than_it_is_full() => Assert.Equal(["limits.disk_free_ok_mb"],
        Parse("{\"limits\": {\"disk_free_min_mb\": 20, \"disk_free_ok_mb\": 19}}").Errors.Select(e => e.Path));

    private static string[] MembersOf(string list)
    {
        var inner = """{"?": 0}""";
        var dot = list.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0)
            inner = "{\"" + list[(dot + 1)..] + "\": " + inner + "}";
        var name = list[..list.IndexOf('[', StringComparison.Ordinal)];
        var json = $$"""{ "{{name}}": [{{inner}}] }""";
        var unknown = Parse(json).Errors.Single(error => error.Found == "an unknown member");
        return unknown.Expected["one of ".Length..].Split(", ");
    }

    private static string Account(string http) =>
        """{"accounts": [{"name": "a", "http": {""" + http + "}}]}";

    private static Configuration Good(string json)
    {
        var result = Parse(json);
        Assert.Empty(result.Errors);
        return Assert.IsType<Configuration>(result.Configuration);
    }

    private static ConfigurationResult Parse(string json)
    {
        var result = Configuration.Parse(Encoding.UTF8.GetBytes(json), "file");
        Assert.Equal(result.Errors.Count == 0, result.Configuration is not null);
        return result;
    }

    private static byte[] Sha256(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
