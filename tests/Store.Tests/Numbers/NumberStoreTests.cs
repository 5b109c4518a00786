using System.Globalization;
using System.Text;
using Store.Numbers;
using Xunit;

namespace Store.Tests.Numbers;

public sealed class NumberStoreTests : IDisposable
{
    private static readonly ImportFormat Format = new()
    {
        Name = "XX",
        CountryCode = "49",
        Delimiter = ";",
        MinDigits = 2,
        MaxDigits = 11,
        Columns = new ImportColumns { Number = "1", Operator = "2", Date = "3", Action = "4" },
        DateFormat = "yyyy-MM-dd",
        Actions = new() { ["+"] = "set", ["-"] = "remove" },
        Mcc = "262",
    };

    private readonly Folder _folder = new();
    private NumberStore _store;

    public NumberStoreTests() => _store = NumberStore.Open(_folder.File("numbers"), inPlaceBytes: 1 << 20);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_snapshot_replaces_all_there_was()
    {
        Import(Format, "151111;A;2024-01-02;+\n151112;B;;+\n170000;A;2024-01-03;-\n");
        Assert.Equal("A@2024-01-02", Find("49151111"));
        Assert.Equal("B", Find("49151112"));
        Assert.Null(Find("49170000"));
        Assert.Null(Find("49151113"));
        Assert.Null(Find("50151111"));
        Import(Format, "151112;C;2024-05-05;+\n");
        Assert.Null(Find("49151111"));
        Assert.Equal("C@2024-05-05", Find("49151112"));
        Reopen();
        Assert.Equal("C@2024-05-05", Find("49151112"));
        Assert.Equal((1, 2), (_store.Datasets.Single().Numbers, _store.Datasets.Single().Generation));
        Assert.Equal(1, _store.Verify());
    }

    [Fact]
    public void A_data_set_covers_the_numbers_it_would_have()
    {
        Assert.False(_store.Covers(49151111));
        Import(Format with { Prefixes = ["4915", "4916"] }, "151111;A;2024-01-02;+\n");
        Assert.True(_store.Covers(49151111) && _store.Covers(49151112) && _store.Covers(491600000000));
        Assert.False(_store.Covers(4917000) || _store.Covers(50151111) || _store.Covers(491) || _store.Covers(4915000000000000));
    }

    [Fact]
    public void A_delta_is_applied_in_the_files_order()
    {
        Import(Format, "151111;A;2024-01-02;+\n151112;B;2024-01-02;+\n151113;B;2024-01-02;+\n");
        Import(Format with { Mode = ImportMode.Delta },
            "151111;Z;2020-01-01;+\n151112;X;2024-06-01;-\n151999;N;2024-06-01;+\n151999;M;2023-06-01;+\n");
        Assert.Equal("Z@2020-01-01", Find("49151111"));
        Assert.Null(Find("49151112"));
        Assert.Equal("B@2024-01-02", Find("49151113"));
        Assert.Equal("M@2023-06-01", Find("49151999"));
        Assert.Equal((3, 1), (_store.Datasets.Single().Numbers, _store.Datasets.Single().Generation));
        Reopen();
        Assert.Equal("Z@2020-01-01", Find("49151111"));
        Assert.Equal(3, _store.Verify());
    }

    /// <summary>In the pages there are, and in a new generation.</summary>
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(0)]
    public void An_event_older_than_a_removal_does_not_bring_the_number_back(long inPlaceBytes)
    {
        _store.Dispose();
        _store = NumberStore.Open(_folder.File("numbers"), inPlaceBytes);
        var events = Format with { Mode = ImportMode.EventLog };
        Import(events, "151111;A;2024-01-01;+\n151112;A;2024-01-01;+\n151114;A;2024-06-01;-\n");
        Import(events, "151111;A;2024-03-01;-\n");
        Import(events, "151111;B;2024-02-01;+\n151114;B;2024-05-01;+\n");
        Reopen();
        Assert.Null(Find("49151111"));
        Assert.Null(Find("49151114"));
        Assert.Equal("A@2024-01-01", Find("49151112"));
        Assert.Equal((1L, 1L), (_store.Verify(), _store.Datasets.Single().Numbers));
        Import(events, "151111;C;2024-03-02;+\n");
        Assert.Equal("C@2024-03-02", Find("49151111"));
        Import(events, "151112;A;2024-04-01;-\n151111;C;2024-04-01;-\n");
        Assert.Equal((0L, 0L), (_store.Verify(), _store.Datasets.Single().Numbers));
        Import(Format, "151111;D;2023-01-01;+\n"); // a snapshot is all there is, whatever was removed
        Assert.Equal("D@2023-01-01", Find("49151111"));
    }

    [Fact]
    public void Of_events_the_latest_wins_also_over_what_is_stored()
    {
        var events = Format with { Mode = ImportMode.EventLog };
        Import(events, "151111;B;2024-02-01;+\n151111;A;2024-01-01;+\n151112;A;2024-01-01;+\n151112;B;2024-01-01;-\n");
        Assert.Equal("B@2024-02-01", Find("49151111"));
        Assert.Null(Find("49151112"));
        Import(events, "151111;C;2024-01-15;+\n151112;C;2024-01-15;+\n151113;A;2024-01-01;-\n");
        Assert.Equal("B@2024-02-01", Find("49151111"));
        Assert.Equal("C@2024-01-15", Find("49151112"));
        Import(events, "151111;B;2024-03-01;-\n");
        Assert.Null(Find("49151111"));
        Assert.Equal(1, _store.Verify());
    }

    [Fact]
    public void The_longest_block_wins_and_a_whole_number_over_all()
    {
        var blocks = Format with { WholeDigits = 9, Columns = new() { Number = "1", Operator = "2" }, Actions = null };
        Import(blocks, "15;S\n15112;M\n1511234;L\n1511234;L2\n1511239;N\n");
        Assert.Equal("S/4", Find("491500000"));
        Assert.Equal("M/7", Find("4915112000"));
        Assert.Equal("L2", Find("491511234"));
        Assert.Equal("N", Find("491511239"));
        Assert.Equal("M/7", Find("4915112"));
        Assert.Null(Find("49161"));
        Assert.Equal((2, 2), (_store.Datasets.Single().Numbers, _store.Datasets.Single().Blocks));
        Import(blocks with { Mode = ImportMode.Delta, Columns = blocks.Columns with { Action = "3" },
            Actions = Format.Actions }, "15112;;-\n151;T;+\n");
        Assert.Equal("T/5", Find("4915112000"));
        Assert.Equal(4, _store.Verify());
    }

    [Fact]
    public void The_data_set_with_the_longest_prefix_is_asked_first()
    {
        var all = Format with { Name = "all", CountryCode = "7", Columns = new() { Number = "1", Operator = "2" },
            Actions = null };
        Import(all, "7011112222;wide\n9011112222;wide\n");
        Import(all with { Name = "kz", Prefixes = ["77"] }, "7011112222;narrow\n9011112222;never asked\n");
        Assert.Equal("narrow", Find("77011112222"));
        Assert.Equal("wide", Find("79011112222"));
    }

    [Fact]
    public void A_large_delta_makes_a_new_generation_and_keeps_the_rest()
    {
        var plain = Format with { Columns = new() { Number = "1", Operator = "2" }, Actions = null, MinDigits = 9 };
        var random = new Random(5);
        var model = new Dictionary<string, string>();
        Import(plain, Lines(400_000));
        Import(plain with { Mode = ImportMode.Delta }, Lines(700_000));
        Assert.Equal((model.Count, 2), (_store.Datasets.Single().Numbers, _store.Datasets.Single().Generation));
        Assert.Equal(model.Count, _store.Verify());
        foreach (var (number, code) in model.Take(100_000))
        {
            Assert.Equal(code, Find("49" + number));
        }

        string Lines(int count)
        {
            var text = new StringBuilder();
            for (var i = 0; i < count; i++)
            {
                var number = random.Next(100_000_000, 999_999_999).ToString(CultureInfo.InvariantCulture);
                var code = "op" + random.Next(20);
                text.Append(number).Append(';').Append(code).Append('\n');
                model[number] = code;
            }
            return text.ToString();
        }
    }

    [Fact]
    public async Task Look_ups_see_one_snapshot_or_the_other_while_they_are_swapped()
    {
        var plain = Format with { Columns = new() { Number = "1", Operator = "2" }, Actions = null };
        string Text(int generation) => string.Concat(Enumerable.Range(151_000, 3000).Select(n =>
            $"{n};g{generation}\n"));
        Import(plain, Text(0));
        var stop = false;
        using var started = new CountdownEvent(2);
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Factory.StartNew(() =>
        {
            var random = new Random(seed);
            long count = 0;
            var newest = 0;
            started.Signal();
            while (!Volatile.Read(ref stop))
            {
                Assert.True(_store.TryFind(49_151_000 + (ulong)random.Next(3000), out var found));
                var generation = int.Parse(found.Operator.Code.AsSpan(1), CultureInfo.InvariantCulture);
                Assert.True(generation >= newest, $"{generation} after {newest}");
                newest = generation;
                count++;
            }
            return count;
        }, TaskCreationOptions.LongRunning)).ToArray();
        Assert.True(started.Wait(TimeSpan.FromSeconds(30)));
        for (var generation = 1; generation <= 30; generation++)
        {
            Import(plain with { Mode = generation % 3 == 0 ? ImportMode.Delta : ImportMode.Snapshot },
                Text(generation));
        }
        Volatile.Write(ref stop, true);
        Assert.All(await Task.WhenAll(readers), count => Assert.True(count > 100));
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        Import(Format, "151111;A;2024-01-02;+\n");
        Look();
        Assert.Equal(0, Measured.Allocations.Least(Look));

        void Look()
        {
            for (ulong i = 0; i < 1000; i++)
            {
                _store.TryFind(49_151_000 + i, out _);
            }
        }
    }

    [Fact]
    public void A_package_prepared_elsewhere_is_applied_by_the_tick_and_a_bad_one_set_aside()
    {
        var good = Prepare(Format, "151111;A;2024-01-02;+\n");
        var bad = Prepare(Format with { Mode = ImportMode.Delta }, "151112;A;2024-01-02;+\n");
        File.WriteAllBytes(Path.Combine(bad, "changes"), [1, 2, 3]);
        Assert.Null(NumberStore.Outcome(good));
        var (package, error) = Assert.Single(_store.ApplyWaiting());
        Assert.Equal((bad, StoreFault.Corrupt), (package, error.Fault));
        Assert.Equal("", NumberStore.Outcome(good));
        Assert.Contains("not whole", NumberStore.Outcome(bad), StringComparison.Ordinal);
        Assert.Equal("A@2024-01-02", Find("49151111"));
        Assert.Empty(_store.ApplyWaiting());
    }

    [Fact]
    public void A_generation_that_a_crash_left_behind_goes_away()
    {
        Import(Format, "151111;A;2024-01-02;+\n");
        _store.Dispose();
        using (var db = Native.Database.Open(_folder.File("numbers"), NumberDatabase.Options,
            [NumberDatabase.Meta, NumberDatabase.Generation("XX.1")]))
        {
            db.Create(NumberDatabase.Generation("XX.2"));
        }
        _store = NumberStore.Open(_folder.File("numbers"), inPlaceBytes: 1 << 20);
        Assert.Equal("A@2024-01-02", Find("49151111"));
        Import(Format, "151111;B;2024-01-02;+\n");
        Assert.Equal("B@2024-01-02", Find("49151111"));
    }

    [Fact]
    public void A_second_process_is_refused()
    {
        var error = Assert.Throws<StoreException>(() => NumberStore.Open(_folder.File("numbers")));
        Assert.Equal(StoreFault.Locked, error.Fault);
    }

    [Fact]
    public void The_store_can_be_read_while_another_process_has_it()
    {
        Import(Format, "151111;A;2024-01-02;+\n");
        using var reader = NumberStore.OpenReadOnly(_folder.File("numbers"));
        Assert.True(reader.TryFind(49151111, out var found));
        Assert.Equal("A", found.Operator.Code);
        Import(Format, "151111;B;2024-01-02;+\n");
        Assert.Equal("B@2024-01-02", Find("49151111"));
        Assert.Equal(StoreFault.MissingFile,
            Assert.Throws<StoreException>(() => NumberStore.OpenReadOnly(_folder.File("nothing"))).Fault);
    }

    /// <summary>With filters in memory everything is found that is found without, also while they are behind.</summary>
    [Fact]
    public void Filters_hide_nothing()
    {
        Import(Format, string.Concat(Enumerable.Range(0, 5000).Select(i => $"15{i * 7:D6};A;2024-01-02;+\n")));
        Assert.Equal(0, _store.FilterBytes);
        _store.MakeFilters(1 << 20);
        Assert.InRange(_store.FilterBytes, 1, 1 << 20);
        for (var i = 0; i < 35_000; i++) Assert.Equal(i % 7 == 0 ? "A@2024-01-02" : null, Find($"4915{i:D6}"));
        Import(Format with { Mode = ImportMode.Delta }, "15000001;B;2024-02-02;+\n15000000;;2024-02-02;-\n");
        Assert.Equal(0, _store.FilterBytes);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal("B@2024-02-02", Find("4915000001"));
            Assert.Null(Find("4915000000"));
            Assert.Equal("A@2024-01-02", Find("4915000007"));
            _store.MakeFilters(1 << 20);
        }
    }

    /// <summary>A block stands for numbers that no filter has.</summary>
    [Fact]
    public void Where_there_are_blocks_there_is_no_filter()
    {
        Import(Format with { WholeDigits = 13 }, "15111;A;2024-01-02;+\n15111222333;B;2024-01-02;+\n");
        _store.MakeFilters(1 << 20);
        Assert.Equal(0, _store.FilterBytes);
        Assert.Equal("A@2024-01-02/7", Find("4915111000000"));
        Assert.Equal("B@2024-01-02", Find("4915111222333"));
    }

    private string? Find(string number)
    {
        if (!_store.TryFind(ulong.Parse(number, CultureInfo.InvariantCulture), out var found))
        {
            return null;
        }
        return found.Operator.Code
            + (found.SinceTime is { } time ? "@" + time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "")
            + (found.BlockDigits > 0 ? "/" + found.BlockDigits : "");
    }

    private void Import(ImportFormat format, string text) => _store.Apply(Prepare(format, text));

    private string Prepare(ImportFormat format, string text) =>
        NumberImport.Prepare(format, new MemoryStream(Encoding.UTF8.GetBytes(text)), _folder.File("numbers")).Package;

    private void Reopen()
    {
        _store.Dispose();
        _store = NumberStore.Open(_folder.File("numbers"), inPlaceBytes: 1 << 20);
    }
}
