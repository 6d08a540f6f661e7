using AutoBuild.Core.Jobs;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Api.Routes;

/// <summary>Is a server with things in every state: jobs that ran, a landing that waits and one in conflict. Its queue and its train stand.</summary>
public class RouteWorld : ApiServer
{
    private static long LastFence = 2_000_000;
    private Guid _landing;
    private IReadOnlyList<ApiRoute>? _routes;
    private Task<Guid>? _owing;

    /// <summary>A job that changed a file and ended well.</summary>
    public Guid RanJob { get; private set; }

    /// <summary>A landing in conflict over <c>c.txt</c>.</summary>
    public Guid Conflict { get; private set; }

    protected override bool RunsJobs => true;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await SeedAsync();
        await Calls.PostAsync("queue/pause", "{}");
    }

    protected virtual async Task SeedAsync()
    {
        var jobs = await Task.WhenAll(RunAsync("print looking\\nwrite a.txt: one"), RunAsync("write c.txt: first"), RunAsync("write c.txt: second"));
        RanJob = jobs[0];
        await LandingAsync(jobs[1], "landed");
        Conflict = await LandingAsync(jobs[2], "conflict");
        (await Calls.PostAsync("landings/pause", $$"""{"project_id":"{{Project}}"}""")).Did(200);
        _landing = (await Calls.PostAsync($"jobs/{RanJob}/land")).Did(201).Id;
    }

    internal async Task<ApiAnswer> SendAsync(RouteRow row, Call call, string? key = null, string? token = null)
    {
        var made = await call.MadeAsync();
        var calls = token is null ? Calls : As(token.Length == 0 ? null : token);
        var path = row.Filled(made.Id is null ? null : await made.Id.Text, made.Other is null ? null : await made.Other.Text) + made.Query;
        var answer = await calls.SendAsync(new HttpMethod(row.Method), path, made.Body is null ? null : await made.Body.Text, key);
        if (answer.Status >= 400)
        {
            Assert.True((await RouteAsync(row)).Codes().Contains(answer.Word("code")), $"The document does not name {answer.Word("code")} of {row.Name}.");
        }

        return answer;
    }

    private async Task<ApiRoute> RouteAsync(RouteRow row) =>
        (_routes ??= await ApiRoute.OfAsync(Calls)).Single(route => route.Method == row.Method && route.Path == $"/api/v1{row.Path}");

    /// <summary>A job that waits.</summary>
    public Task<Guid> WaitingJobAsync() => MakeJobAsync();

    /// <summary>A job that was cancelled before it ran.</summary>
    public async Task<Guid> EndedJobAsync()
    {
        var job = await MakeJobAsync();
        (await Calls.DeleteAsync($"jobs/{job}")).Did(200);
        return job;
    }

    /// <summary>A ticket whose job waits.</summary>
    public async Task<Guid> BusyTicketAsync() => Guid.Parse((await Calls.GetAsync($"jobs/{await MakeJobAsync()}")).Word("ticket_id")!);

    /// <summary>A job whose first attempt runs elsewhere.</summary>
    public async Task<Guid> OpenAttemptAsync()
    {
        var job = await MakeJobAsync();
        (await Server.Services.GetRequiredService<IStore>().ApplyAsync(job, null, new JobInput.Claimed("elsewhere", Interlocked.Increment(ref LastFence), TimeSpan.FromHours(1)), TestContext.Current.CancellationToken)).OrThrow();
        return job;
    }

    /// <summary>A memory of the project.</summary>
    public async Task<Guid> MemoryAsync() => (await Calls.PostAsync("memory", $$"""{"project_id":"{{Project}}","memory_type":"insight","content":"Remember."}""")).Did(201).Id;

    /// <summary>A project with a file in its index.</summary>
    public async Task<Guid> IndexedAsync()
    {
        var project = await MakeProjectAsync($"i{Guid.NewGuid():N}");
        (await Calls.PostAsync("index/files", $$"""{"project_id":"{{project}}","files":[{"path":"notes/a.md","content":"A note."}]}""")).Did(200);
        return project;
    }

    /// <summary>A pattern of the project.</summary>
    public async Task<Guid> PatternAsync()
    {
        var (store, cancel) = (Server.Services.GetRequiredService<IStore>(), TestContext.Current.CancellationToken);
        var job = (await store.GetJobAsync(RanJob, cancel))!;
        await store.LearnAsync(new Lesson { ProjectId = Project, TicketId = job.TicketId, JobId = RanJob, Patterns = [new PatternEvidence(PatternType.Naming, $"{Guid.NewGuid()}", "Names are short.", true)] }, cancel);
        return (await store.ListPatternsAsync(new PatternFilter(Project), 500, cancel)).Items.MaxBy(pattern => pattern.Id)!.Id;
    }

    public async Task<string> ReportBodyAsync() => $$"""{"job_id":"{{await OpenAttemptAsync()}}","attempt":1,"status":"success"}""";

    /// <summary>An ended job whose receiver is nowhere.</summary>
    public Task<Guid> OwingJobAsync() => _owing ??= OweAsync();

    public async Task<string> DeliveryAsync() => (string)(await Calls.GetAsync($"jobs/{await OwingJobAsync()}/callbacks")).Did(200).Json["callbacks"]![0]!["id"]!;

    private async Task<Guid> OweAsync()
    {
        var made = (await Calls.PostAsync("jobs", $$"""{"ticket_id":"{{await MakeTicketAsync()}}","project_id":"{{Project}}","prompt":"Do it","callback_url":"https://receiver.invalid/hook"}""")).Did(201);
        var job = made.Json["job"]!["id"]!.GetValue<Guid>();
        (await Calls.DeleteAsync($"jobs/{job}")).Did(200);
        return job;
    }

    public Task<Guid> NewProjectAsync() => MakeProjectAsync($"own-{Guid.NewGuid():N}");

    public async Task<Guid> DeletedProjectAsync()
    {
        var project = await NewProjectAsync();
        (await Calls.DeleteAsync($"projects/{project}")).Did(200);
        return project;
    }

    /// <summary>A body that submits a new ticket.</summary>
    public async Task<string> SubmitBodyAsync() => $$"""{"ticket_id":"{{await MakeTicketAsync()}}","project_id":"{{Project}}","prompt":"Do it"}""";

    public async Task<string> SubmitAgainBodyAsync() => $$"""{"ticket_id":"{{await BusyTicketAsync()}}","project_id":"{{Project}}","prompt":"Do it"}""";

    /// <summary>The landing of <see cref="RanJob"/>, waiting on a train that stands.</summary>
    public async Task<Guid> QueuedLandingAsync()
    {
        if ((await Calls.GetAsync($"landings/{_landing}")).Word("state") == "ejected")
        {
            (await Calls.PostAsync($"landings/{_landing}/requeue")).Did(200);
        }

        return _landing;
    }

    /// <summary>The same, taken off the train.</summary>
    public async Task<Guid> EjectedLandingAsync()
    {
        (await Calls.PostAsync($"landings/{await QueuedLandingAsync()}/eject")).Did(200);
        return _landing;
    }

    public async Task<Guid> WorktreeAsync() => (await Calls.PostAsync("worktrees", WorktreeBody())).Did(201).Id;

    public string WorktreeBody() => $$"""{"project_id":"{{Project}}","branch_name":"own-{{Guid.NewGuid():N}}"}""";

    /// <summary>A worktree with a file that is nowhere else.</summary>
    public async Task<Guid> DirtyWorktreeAsync()
    {
        var made = (await Calls.PostAsync("worktrees", WorktreeBody())).Did(201);
        await File.WriteAllTextAsync(Path.Combine(made.Word("path")!, "new.txt"), "new", TestContext.Current.CancellationToken);
        return made.Id;
    }

    /// <summary>Work that was saved before its worktree went.</summary>
    public async Task<string> RescueAsync()
    {
        var worktree = await DirtyWorktreeAsync();
        (await Calls.DeleteAsync($"worktrees/{worktree}?force=true")).Did(200);
        var rescues = (await Calls.GetAsync($"worktrees/rescues?project_id={Project}")).Did(200).Json["rescues"]!.AsArray();
        return rescues.Select(rescue => rescue!["id"]!.GetValue<string>()).Single(id => id.Contains(worktree.ToString(), StringComparison.Ordinal));
    }

    private async Task<Guid> RunAsync(string script)
    {
        var made = await Calls.PostAsync($"projects/{Project}/tickets", $$"""{"title":"Run","status":"in_progress","agent_script":"{{script}}"}""");
        var job = made.Did(201).Json["job_id"]!.GetValue<Guid>();
        await using var reader = await SseReader.OpenAsync(Calls, $"jobs/{job}/logs");
        while (await reader.NextAsync() is not null)
        {
        }

        Assert.Equal("completed", (await Calls.GetAsync($"jobs/{job}")).Word("status"));
        return job;
    }

    private async Task<Guid> LandingAsync(Guid job, string state)
    {
        await using var events = await SseReader.OpenAsync(Calls, "events?kind=landing.changed&after=0");
        var landing = (await Calls.PostAsync($"jobs/{job}/land")).Did(201).Id;
        while ((await Calls.GetAsync($"landings/{landing}")).Word("state") != state)
        {
            await events.NextAsync("landing.changed");
        }

        return landing;
    }
}

/// <summary>Is such a server where nothing has happened yet.</summary>
public sealed class NewWorld : RouteWorld
{
    protected override Task SeedAsync() => Task.CompletedTask;
}
