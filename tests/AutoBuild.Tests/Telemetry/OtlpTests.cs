using System.Net;
using System.Net.Sockets;
using AutoBuild.Configuration;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Telemetry;

/// <summary>Holds what a collector gets: one trace from the request to the landing, and the metrics.</summary>
public sealed class OtlpTests
{
    private const string Caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    // Agents must not see it.
    static OtlpTests() => Environment.SetEnvironmentVariable("OTEL_PROBE", "1");

    [Fact]
    public async Task One_trace_goes_from_the_request_to_the_landing()
    {
        await using var collector = await Collector.StartAsync();
        Guid job;
        await using (var server = new Traced(collector.Address))
        {
            await server.InitializeAsync();
            await File.WriteAllTextAsync(Path.Combine(server.Repository, ".autobuild.yaml"), "qa:\n  - name: sums\n    command: test -f a.txt\n", TestContext.Current.CancellationToken);
            await Git.ExpectAsync(server.Repository, ["add", "-A"], cancellation: TestContext.Current.CancellationToken);
            await Git.ExpectAsync(server.Repository, ["-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-qm", "recipe"], cancellation: TestContext.Current.CancellationToken);
            server.Calls.Http.DefaultRequestHeaders.Add("traceparent", Caller);
            job = await server.RunAsync(server.Project, "run if env | grep -q OTEL_; then exit 7; fi\\nwrite a.txt: hello");
            Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", (await server.Calls.GetAsync($"jobs/{Guid.NewGuid()}")).Refused(404, "job_not_found").Word("trace_id"));
            server.Calls.Http.DefaultRequestHeaders.Remove("traceparent");
            await server.LandAsync(job);
        }

        var trace = collector.Spans.Where(span => span.Trace == "4bf92f3577b34da6a3ce929d0e0e4736").ToList();
        var submit = Only(trace, "submit");
        Assert.Equal("00f067aa0ba902b7", trace.Single(span => span.Id == submit.Parent).Parent);
        var (dispatch, run, landing) = (Only(trace, "dispatch"), trace.Single(span => span.Name == "run" && span.Parent == submit.Id), Only(trace, "landing"));
        Assert.All([dispatch, run, landing], span => Assert.Equal((submit.Id, job.ToString()), (span.Parent, span.Tags["autobuild.job_id"])));
        Assert.Equal("changed", run.Tags["autobuild.outcome"]);
        Assert.True(submit.Start <= dispatch.Start && dispatch.Start <= run.Start && run.End <= landing.Start, "The spans are not in the order of what happened.");

        Assert.Equal(["preparing", "agent", "committing", "qa", "reporting"], trace.Where(span => span.Parent == run.Id).OrderBy(span => span.Start).Select(span => span.Name));
        Assert.All(trace.Where(span => span.Parent == run.Id), span => Assert.InRange(span.End, span.Start, run.End));
        var qa = trace.Single(span => span.Name == "qa" && span.Parent == run.Id);
        Assert.Equal("sums", trace.Single(span => span.Parent == qa.Id && span.Name == "check").Tags["autobuild.check"]);
        Assert.Contains("merge", trace.Where(span => span.Parent == landing.Id).Select(span => span.Name));
        Assert.Contains("move", trace.Where(span => span.Parent == landing.Id).Select(span => span.Name));

        Assert.Contains("autobuild.jobs.finished", collector.Metrics);
        Assert.Contains("autobuild.job.wait", collector.Metrics);
        Assert.Contains("dotnet.process.cpu.time", collector.Metrics);
        Assert.All(collector.Keys, key => Assert.Equal("7", key));
        Assert.Equal(("orders", "blue"), (collector.Sender["service.name"], collector.Sender["team"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_collector_that_is_away_disturbs_nothing(bool silent)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        if (!silent)
        {
            listener.Stop();
        }

        var server = new Traced(address);
        await server.InitializeAsync();
        var job = await server.RunAsync(server.Project, "write a.txt: hello");
        Assert.Equal("completed", (await server.Calls.GetAsync($"jobs/{job}")).Did(200).Word("status"));
        Assert.Equal(1, Exposition.Read((await server.Calls.GetAsync("metrics")).Text).Value("autobuild_results_total", ("verdict", "not_run")));
        var began = TimeProvider.System.GetTimestamp();
        await server.DisposeAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 9);
    }

    private static Span Only(List<Span> trace, string name) => Assert.Single(trace, span => span.Name == name);

    private sealed class Traced(string collector) : MetricsTests.Busy
    {
        protected override TelemetrySettings Telemetry => new() { OtlpEndpoint = collector, OtlpHeaders = "x-key=7", ServiceName = "orders", ResourceAttributes = "team=blue" };
    }
}
