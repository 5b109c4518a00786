using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Ingress;
using Appliance.Numbering;
using Appliance.Numbering.Lookups;
using Appliance.Policy.OptOuts;

namespace Operate.Tests.Http;

public class OpenApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task The_description_is_open_api_3_1_and_its_references_lead_somewhere()
    {
        var reply = await host.GetAsync("/openapi/v1.json", host.Stranger);
        Assert.Equal((200, "application/json"), (reply.Status, reply.Type));
        Assert.Equal("3.1.0", reply.Json.GetProperty("openapi").GetString());
        var schemas = reply.Json.GetProperty("components").GetProperty("schemas");
        foreach (Match reference in Regex.Matches(reply.Body, "\"#/components/schemas/([^\"]*)\""))
            Assert.True(schemas.TryGetProperty(reference.Groups[1].Value, out _), reference.Value);
    }

    [Fact]
    public async Task Every_operation_described_is_there()
    {
        var paths = (await host.GetAsync("/openapi/v1.json")).Json.GetProperty("paths");
        Assert.Equal(10, paths.EnumerateObject().Count());
        foreach (var path in paths.EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var address = path.Name.Replace("{message_id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                    .Replace("{phone_number}", "447700900123", StringComparison.Ordinal)
                    .Replace("{slug}", "no-route", StringComparison.Ordinal);
                using var request = new HttpRequestMessage(new HttpMethod(operation.Name), address);
                var reply = await Reply.OfAsync(await host.Client.SendAsync(request));
                Assert.True(operation.Value.GetProperty("responses").TryGetProperty($"{reply.Status}", out _),
                    $"{operation.Name} {address} gave {reply.Status}");
                Assert.NotEqual(501, reply.Status);
            }
        }
    }

    [Fact]
    public async Task The_members_described_are_those_that_are_known()
    {
        var schemas = (await host.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");
        var error = (await host.PostAsync("""{"?": 1}""")).Json.GetProperty("errors")[0];
        var known = Regex.Match(error.GetProperty("detail").GetString()!, "known are (.*)").Groups[1].Value
            .Split([", ", " and "], StringSplitOptions.None);
        Assert.Equal(Members(schemas, "Message"), known.Order(StringComparer.Ordinal));
        Assert.Equal(Members(schemas, "MessageRecord"), PropertiesOf<MessageRecord>());
        Assert.Equal(Members(schemas, "Lookup"), PropertiesOf<LookupAnswer>());
        Assert.Equal(Members(schemas, "MessageEvent"), PropertiesOf<MessageEvent>());
        Assert.Equal(Members(schemas, "OptOut"), PropertiesOf<OptOutEntry>());
        Assert.Equal(Members(schemas, "InboundMessage"), PropertiesOf<InboundRecord>());
        Assert.Equal(Members(schemas, "OptOutPage"), PropertiesOf<OptOutPage>());
    }

    [Fact]
    public async Task The_types_of_numbers_described_are_those_there_are()
    {
        var schemas = (await host.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");
        var types = schemas.GetProperty("Lookup").GetProperty("properties").GetProperty("number_type").GetProperty("enum");
        Assert.Equal(NumberTypes.All, types.EnumerateArray().Select(type => type.GetString()!));
    }

    [Fact]
    public async Task Every_problem_type_leads_to_its_meaning()
    {
        var reply = await host.PostAsync("{");
        var page = await host.GetAsync(reply.Json.GetProperty("type").GetString()!, host.Stranger);
        Assert.Equal((200, "text/plain"), (page.Status, page.Type));
        Assert.StartsWith("Malformed JSON (400)", page.Body, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Members(JsonElement schemas, string name) => schemas.GetProperty(name)
        .GetProperty("properties").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string> PropertiesOf<T>() => typeof(T).GetProperties()
        .Where(property => property.Name != "EqualityContract")
        .Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).Order(StringComparer.Ordinal);
}
