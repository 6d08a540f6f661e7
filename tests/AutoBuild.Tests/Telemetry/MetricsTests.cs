using AutoBuild.Tests.Api;

namespace AutoBuild.Tests.Telemetry;

/// <summary>Holds the figures of a server to what really happened on it.</summary>
public sealed class MetricsTests(MetricsTests.Busy server) : IClassFixture<MetricsTests.Busy>
{
    private const string Greets = "write a.txt: hello";

    [Fact]
    public async Task The_figures_are_those_of_what_ran()
    {
        var project = await server.MakeProjectAsync("Shop \\\"a\\\"\\nb");
        var landed = await server.RunAsync(project, Greets);
        await server.LandAsync(landed);
        await server.RunAsync(project, "fail 3");
        await server.RunAsync(project, "print nothing to do");
        await server.Calls.PostAsync("queue/pause");
        await server.SubmitAsync(project, Greets);

        // What the store counts is at most a second old.
        Exposition figures;
        do
        {
            figures = await ReadAsync();
        }
        while (figures.Value("autobuild_jobs_submitted_total") < 4);

        Assert.Equal(4, figures.Value("autobuild_jobs_submitted_total"));
        Assert.Equal(1, figures.Value("autobuild_jobs_finished_total", ("status", "completed")));
        Assert.Equal(2, figures.Value("autobuild_jobs_finished_total", ("status", "failed")));
        Assert.Equal(1, figures.Value("autobuild_attempts_total", ("outcome", "completed"), ("code", "")));
        Assert.Equal(1, figures.Value("autobuild_attempts_total", ("outcome", "failed"), ("code", "no_changes")));
        Assert.Equal(figures.Sum("autobuild_attempts_total"), figures.Value("autobuild_jobs_claimed_total"));
        Assert.Equal(1, figures.Value("autobuild_results_total", ("verdict", "not_run")));
        Assert.Equal(0, figures.Value("autobuild_results_total", ("verdict", "passed")));
        Assert.Equal(1, figures.Value("autobuild_landings_total", ("outcome", "landed")));
        Assert.Equal(1, figures.Value("autobuild_ticket_seconds_count"));
        Assert.Equal(1, figures.Value("autobuild_landing_seconds_count", ("outcome", "landed")));
        Assert.Equal(3, figures.Value("autobuild_job_wait_seconds_count", ("priority", "normal")));
        Assert.Equal(1, figures.Value("autobuild_run_seconds_count", ("agent", "scripted"), ("outcome", "changed")));
        Assert.Equal(figures.Value("autobuild_jobs_claimed_total"), figures.Sum("autobuild_agent_turn_seconds_count"));
        Assert.Equal(1, figures.Value("autobuild_jobs", ("state", "queued")));
        Assert.Equal(1, figures.Value("autobuild_project_jobs", ("project", "Shop \"a\"\nb"), ("project_id", project.ToString()), ("priority", "normal"), ("state", "queued")));
        Assert.Equal(1, figures.Value("autobuild_queue_paused"));
        Assert.InRange(figures.Value("autobuild_queue_oldest_wait_seconds"), 0, 600);
        Assert.InRange(figures.Value("autobuild_disk_free_bytes"), 1, 1e18);
        Assert.Equal(4, figures.Value("autobuild_http_requests_total", ("route", "/api/v1/projects/{id}/tickets"), ("method", "POST"), ("status", "201")));
        Assert.InRange(figures.Value("autobuild_events_total"), 20, 10_000);
        Assert.InRange(figures.Value("autobuild_store_commit_seconds_count"), 20, 10_000);
        Assert.InRange(figures.Value("autobuild_uptime_seconds"), 0, 3600);
        Assert.Equal("gauge", figures.Types["autobuild_build_info"]);
        Assert.InRange(figures.Sum("dotnet_process_cpu_time_seconds_total"), 0.01, 1e6);
        Assert.InRange(figures.Value("dotnet_process_memory_working_set_bytes"), 1e6, 1e12);
    }

    [Fact]
    public async Task A_viewer_may_read_and_a_stranger_may_not()
    {
        var answer = (await server.As(ApiServer.Viewer).GetAsync("metrics")).Did(200);
        Assert.Equal("text/plain", answer.Type);
        (await server.As(null).GetAsync("metrics")).Refused(401, "token_missing");
        (await server.As("wrong").GetAsync("metrics")).Refused(401, "token_missing");
        (await server.Calls.PostAsync("metrics", "{}")).Refused(405, "method_not_allowed");
    }

    /// <summary>What strangers send must not make series.</summary>
    [Fact]
    public async Task Labels_stay_few_whatever_is_asked_for()
    {
        await ReadAsync();
        var before = (await ReadAsync()).Samples.Count;
        for (var number = 0; number < 50; number++)
        {
            await server.Calls.GetAsync($"nothing/{number}");
            await server.Calls.GetAsync($"jobs/{Guid.NewGuid()}");
            await server.Calls.SendAsync(new HttpMethod($"ODD{number}"), "jobs");
        }

        var figures = await ReadAsync();
        Assert.InRange(figures.Samples.Count - before, 0, 60);
        Assert.Equal(50, figures.Value("autobuild_http_requests_total", ("route", "none"), ("method", "GET"), ("status", "404")));
        Assert.Equal(50, figures.Sum("autobuild_http_requests_total", ("method", "other")));
    }

    [Fact]
    public async Task An_open_stream_is_counted()
    {
        // One of another test may be closed here and not there yet.
        await OpenAsync(0);
        await using (await SseReader.OpenAsync(server.Calls, "events"))
        {
            await OpenAsync(1);
        }

        await OpenAsync(0);

        Assert.Equal(0, (await ReadAsync()).Value("autobuild_event_streams_dropped_total"));
    }

    private async Task OpenAsync(int streams)
    {
        while ((await ReadAsync()).Value("autobuild_event_streams") != streams)
        {
            await Task.Yield();
        }
    }

    private async Task<Exposition> ReadAsync() => Exposition.Read((await server.Calls.GetAsync("metrics")).Did(200).Text);

    /// <summary>Is a server on which jobs run, one test after the other.</summary>
    public class Busy : ApiServer
    {
        protected override bool RunsJobs => true;

        public async Task<Guid> SubmitAsync(Guid project, string script) =>
            (await Calls.PostAsync($"projects/{project}/tickets", $$"""{"title":"Run","status":"in_progress","agent_script":"{{script}}"}""")).Did(201).Json["job_id"]!.GetValue<Guid>();

        /// <summary>Submits a job and waits for its end.</summary>
        public async Task<Guid> RunAsync(Guid project, string script)
        {
            var job = await SubmitAsync(project, script);
            await using var reader = await SseReader.OpenAsync(Calls, $"jobs/{job}/logs");
            while (await reader.NextAsync() is not null)
            {
            }

            return job;
        }

        public async Task LandAsync(Guid job)
        {
            await using var events = await SseReader.OpenAsync(Calls, "events?kind=landing.changed");
            (await Calls.PostAsync($"jobs/{job}/land")).Did(201);
            while (!(await events.NextAsync("landing.changed")).Data.Contains("\"landed\"", StringComparison.Ordinal))
            {
            }
        }
    }
}
