using System.Reflection;
using Appliance.Decide;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance;

/// <summary>
/// The admin API's reading calls: what the stages know of themselves, as documents. They look at numbers that other
/// threads are changing; each is right by itself.
/// </summary>
internal sealed class PipelineAdmin(Pipeline pipeline, Health health)
{
    private static readonly string Version =
        Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "unknown";

    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;

    /// <summary>All calls of the admin API.</summary>
    public AdminApi Build()
    {
        var api = new AdminApi(pipeline.Configuration.Admin.KeySha256)
            .Add("GET", "status", (context, _) =>
                AdminJson.WriteAsync(context, Status(), AdminJson.Default.StatusDocument))
            .Add("GET", "carriers", (context, _) =>
                AdminJson.WriteAsync(context, Carriers(), AdminJson.Default.IReadOnlyListCarrierDocument))
            .Add("GET", "sessions", (context, _) =>
                AdminJson.WriteAsync(context, Sessions(), AdminJson.Default.IReadOnlyListSessionDocument))
            .Add("GET", "queues", (context, _) =>
                AdminJson.WriteAsync(context, Queues(), AdminJson.Default.IReadOnlyListQueueDocument));
        new PipelineDead(pipeline).AddTo(api);
        new PipelineBalances(pipeline).AddTo(api);
        new PipelineClock(pipeline).AddTo(api);
        new PipelineRoutes(pipeline).AddTo(api);
        if (pipeline.TableChanges is { } tables)
        {
            new PipelineTableCalls(tables).AddTo(api);
            new PipelineReplay(pipeline, tables).AddTo(api);
        }

        new PipelineTrace(pipeline).AddTo(api);
        new PipelineOptOutCalls(pipeline).AddTo(api);
        new PipelineFraudCalls(pipeline).AddTo(api);
        pipeline.Erasure.AddTo(api);
        new StorageCalls(pipeline.Storage.Backups, pipeline.Storage.Numbers, pipeline.Storage.Ranges.Plan).AddTo(api);
        return api;
    }

    private StatusDocument Status()
    {
        var checks = health.Readiness().ToDictionary(check => check.Name, check => check.Failure ?? "ok");
        var decider = pipeline.Decider;
        var carriers = decider.Dispatch.Carriers;
        var space = pipeline.Storage.Disk.Space;
        return new StatusDocument
        {
            Version = Version,
            Node = pipeline.Configuration.Node,
            StartedAt = _started,
            Ready = checks.Values.All(check => check == "ok"),
            Checks = checks,
            LiveMessages = decider.Backlog.Unfinished,
            LiveMessagesLimit = decider.Options.LiveMessages,
            QueuedMessages = carriers.Sum(Waiting),
            EsmeSessions = pipeline.Esme.Accounts.All.Sum(account => account.Seat.Binds),
            CarrierSessions = carriers.Sum(carrier => carrier.Bound),
            CarrierSessionsConfigured = carriers.Sum(carrier => carrier.Options.Sessions),
            Data = Path.GetFullPath(pipeline.Configuration.Data),
            DiskFreeBytes = space.Free,
            DiskSizeBytes = space.Total,
            JournalBytes = pipeline.Journal.Statistics().TotalBytes,
            PortedNumbers = pipeline.Storage.Numbers.Store.Datasets.Sum(dataset => dataset.Numbers + dataset.Blocks),
        };
    }

    private IReadOnlyList<CarrierDocument> Carriers() =>
    [
        .. from carrier in pipeline.Decider.Dispatch.Carriers
           join configured in pipeline.Configuration.Carriers on carrier.Options.Name equals configured.Name
           select new CarrierDocument
           {
               Name = configured.Name,
               Host = configured.Host,
               Port = configured.Port,
               SessionsBound = carrier.Bound,
               Sessions = configured.Sessions,
               WindowUsed = carrier.WindowUsed,
               Window = configured.Window * configured.Sessions,
               Waiting = Waiting(carrier),
               Throughput = configured.Throughput,
               Throttles = carrier.Counters.Throttles,
               ReceiptsMatched = carrier.Counters.ReceiptsMatched,
           },
    ];

    private List<SessionDocument> Sessions()
    {
        var sessions = new List<SessionDocument>();
        foreach (var carrier in pipeline.Decider.Dispatch.Carriers)
        {
            // Another setup may come into force meanwhile.
            if (pipeline.Configuration.Carriers.FirstOrDefault(one => one.Name == carrier.Options.Name)
                is not { } configured) continue;
            foreach (var link in carrier.Links)
            {
                if (link is null) continue;
                sessions.Add(new SessionDocument
                {
                    Side = "carrier",
                    Name = carrier.Options.Name,
                    Session = link.Session,
                    Bind = configured.Bind == CarrierBind.Transceiver ? "transceiver" : "transmitter",
                    Remote = $"{configured.Host}:{configured.Port}",
                    BoundAt = DateTimeOffset.FromUnixTimeMilliseconds(link.BoundAt),
                    WindowUsed = link.Window.Used,
                    Window = link.Window.Size,
                });
            }
        }

        sessions.AddRange(
            from account in pipeline.Esme.Sessions.GroupBy(view => view.Account)
            from one in account.Index()
            let window = (one.Item.Receiver as Receiver)?.Window
            select new SessionDocument
            {
                Side = "esme",
                Name = account.Key,
                Session = one.Index,
                Bind = one.Item.Bind,
                Remote = one.Item.Remote,
                BoundAt = one.Item.BoundAt,
                WindowUsed = window?.Used ?? 0,
                Window = window?.Size ?? 0,
            });
        return sessions;
    }

    private IReadOnlyList<QueueDocument> Queues() =>
    [
        .. from carrier in pipeline.Decider.Dispatch.Carriers
           select new QueueDocument { Queue = "carrier", Name = carrier.Options.Name, Depth = Waiting(carrier) },
        .. from account in pipeline.Decider.Notices.Accounts
           select new QueueDocument
           {
               Queue = "account",
               Name = account.Options.Name,
               Depth = account.Unfinished,
               Limit = account.Options.MaxLive,
           },
        .. from account in pipeline.Decider.Notices.Accounts
           select new QueueDocument
           {
               Queue = "notices",
               Name = account.Options.Name,
               Depth = account.NoticesWaiting,
           },
    ];

    private static long Waiting(Carrier carrier) => (long)carrier.Waiting + carrier.HeldCount;
}
