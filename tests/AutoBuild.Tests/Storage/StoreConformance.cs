using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Storage;

/// <summary>Says what every store has to do; each database derives one class that only makes the store.</summary>
public abstract partial class StoreConformance : IAsyncLifetime
{
    protected FakeClock Clock { get; } = new();

    protected IStore Store { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected QueueOptions Queue { get; set; } = new() { MaxParallelJobs = 12 };

    public async ValueTask InitializeAsync() => Store = await CreateAsync(Queue, Clock);

    public async ValueTask DisposeAsync()
    {
        try
        {
            Assert.Empty(await Store.CheckInvariantsAsync(CancellationToken.None));
        }
        finally
        {
            await Store.DisposeAsync();
            await DropAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the store and opens it again, as a restart does.</summary>
    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await CreateAsync(Queue, Clock);
    }

    /// <summary>Makes an empty store, or opens the one that is there.</summary>
    protected abstract Task<IStore> CreateAsync(QueueOptions queue, TimeProvider time);

    /// <summary>Removes what <see cref="CreateAsync"/> made.</summary>
    protected abstract ValueTask DropAsync();

    protected async Task<Project> ProjectAsync(int cap = 3, LandingPolicy landing = LandingPolicy.Manual, string name = "shop") =>
        (await Store.CreateProjectAsync(new NewProject { Name = name, RepoPath = "/srv/" + name, DefaultBranch = "main", MaxParallelAgents = cap, Landing = landing }, null, Cancel)).OrThrow().Value;

    protected async Task<Ticket> TicketAsync(Guid project, string title = "Add a greeting", params Guid[] dependsOn) =>
        (await Store.CreateTicketAsync(new NewTicket { ProjectId = project, Title = title, Status = TicketState.Ready, DependsOn = dependsOn }, null, Cancel)).OrThrow().Value;

    protected async Task<Job> SubmitAsync(Guid project, Guid? ticket = null, Priority? priority = null, string? agent = null) =>
        (await Store.SubmitJobAsync(new NewJob { ProjectId = project, TicketId = ticket ?? Guid.CreateVersion7(), Prompt = "do it", Priority = priority, Agent = agent }, null, Cancel)).OrThrow().Value;

    protected async Task<Job> ClaimOneAsync() => Assert.Single(await Store.ClaimAsync("worker", 1, Cancel));

    protected async Task<Job> ApplyAsync(Job job, JobInput input, bool fenced = true) =>
        (await Store.ApplyAsync(job.Id, fenced ? job.Fence : null, input, Cancel)).OrThrow();

    protected async Task<Ticket> TicketOf(Job job) => (await Store.GetTicketAsync(job.TicketId, Cancel))!;

    protected async Task<Job> JobAsync(Guid id) => (await Store.GetJobAsync(id, Cancel))!;

    /// <summary>Takes a fresh job to its completion.</summary>
    protected async Task<Job> CompletedAsync(Guid project, QaVerdict verdict = QaVerdict.Passed, Guid? ticket = null)
    {
        var submitted = await SubmitAsync(project, ticket);
        var job = await ClaimOneAsync();
        Assert.Equal(submitted.Id, job.Id);
        return await ApplyAsync(job, new JobInput.Reported(Report(job, RunOutcome.Changed, verdict)));
    }

    protected async Task<Landing> LandAsync(Job job)
    {
        var landing = (await Store.QueueLandingAsync(job.Id, "sam", "main", Cancel)).OrThrow();
        return await ThroughAsync(landing);
    }

    protected async Task<Landing> ThroughAsync(Landing landing)
    {
        foreach (var input in new LandingInput[] { new LandingInput.Taken("tip"), new LandingInput.Merged("merged"), new LandingInput.Passed(Qa(QaVerdict.Passed)), new LandingInput.Moved() })
        {
            landing = (await Store.ApplyLandingAsync(landing.Id, input, Cancel)).OrThrow();
        }

        return landing;
    }

    protected static RunReport Report(Job job, RunOutcome outcome, QaVerdict verdict = QaVerdict.Passed) => new()
    {
        JobId = job.Id,
        Attempt = job.Attempt,
        Outcome = outcome,
        Commit = outcome is RunOutcome.Changed or RunOutcome.QaFailed ? "c0ffee" : null,
        ChangedFiles = ["greeting.txt"],
        Qa = outcome == RunOutcome.Changed ? Qa(verdict) : null,
        QaRounds = 1,
        Usage = new RunUsage { InputTokens = 10, OutputTokens = 5, CostUsd = 0.25m, Turns = 1 },
        SessionId = "session-1",
        Question = outcome == RunOutcome.NeedsInput ? "Which greeting?" : null,
    };

    protected static QaReport Qa(QaVerdict verdict) => new() { Verdict = verdict, Commit = "c0ffee", Checks = [new QaCheckResult { Name = "test", Status = QaStatus.Passed }] };

    protected static void AssertRefused<T>(string code, Result<T> result)
    {
        Assert.False(result.Done);
        Assert.Equal(code, result.Refusal.Code);
    }
}
