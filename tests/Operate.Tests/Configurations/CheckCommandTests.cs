using Appliance.Commands;

namespace Operate.Tests.Configurations;

public class CheckCommandTests
{
    [Fact]
    public void A_good_file_prints_ok_and_a_summary_and_ends_with_0()
    {
        var (code, output, errors) = Run(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appliance.json")));
        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith("ok\n", output, StringComparison.Ordinal);
        Assert.Contains("2 carriers: alpha, beta", output, StringComparison.Ordinal);
        Assert.Contains("2 routes: all to alpha then beta, 44 to beta then alpha", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_file_prints_each_error_and_ends_with_1()
    {
        var (code, output, errors) = Run("""{"node": 0, "ring": {"wait": "x"}}""");
        Assert.Equal((1, ""), (code, output));
        Assert.Equal(
            [
                "node: found 0, expected a whole number from 1 to 4095",
                "ring.wait: found \"x\", expected one of blocking, yielding, busy_spin",
                "2 errors",
            ],
            errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public void What_to_check_is_required()
    {
        Assert.NotEmpty(CheckCommand.Create().Parse([]).Errors);
        Assert.NotEmpty(CheckCommand.Create().Parse(["--data"]).Errors);
        Assert.Empty(CheckCommand.Create().Parse(["--config", "file"]).Errors);
        Assert.Empty(CheckCommand.Create().Parse(["--data", "folder"]).Errors);
        Assert.Empty(CheckCommand.Create().Parse(["--data", "--config", "file"]).Errors);
    }

    private static (int Code, string Output, string Errors) Run(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            using var output = new StringWriter();
            using var errors = new StringWriter();
            return (CheckCommand.Run(path, output, errors), output.ToString(), errors.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
