using System.Diagnostics;
using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Core.Tickets;
using AutoBuild.Orchestrator.Memory;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Queue;

/// <summary>Turns a claimed job into a running one: base, tree, spec, runner.</summary>
public sealed class Launch(
    IStore store, Clones clones, WorktreeLeases leases, RunSpecs specs, IRunLauncher launcher, RunWatches watches, LateMessages late, EarlierRuns earlier, StartingContext memory, TimeProvider time, ILogger<Launch> log)
{
    // A person has to change ticket, project or repository first.
    private static readonly string[] Hopeless = ["branch_missing", "branch_invalid", "repository_empty", "executor_missing", "project_not_found", "ticket_not_found"];

    /// <summary>Uses one reserved lease. What goes wrong is told to the store, never thrown.</summary>
    public async Task RunAsync(Job job, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, watches.StopOf(job));
        using var span = Traces.Join("dispatch", job.Trace).About(job);
        try
        {
            await StartAsync(job, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // A person stopped it, and it has no runner that could be alive.
            await store.PersistAsync(job.Id, job.Fence, new JobInput.AgentGone(), time, log, cancel: cancel);
            watches.LetGo(job);
        }
        catch (OperationCanceledException)
        {
            // The server stops: the next one finds the attempt without a runner and gives it up uncharged.
            watches.LetGo(job);
        }
#pragma warning disable CA1031 // Whatever kept it from starting is the job's to tell, and must not end the dispatcher.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            span?.SetStatus(ActivityStatusCode.Error, fault.Message);
            await FailedAsync(job, fault, cancel);
        }
    }

    private async Task StartAsync(Job job, CancellationToken cancel)
    {
        var (project, ticket, prepared) = await PrepareAsync(job, cancel);
        var key = project.WorktreeEnabled ? WorktreeLeases.FolderOf(ticket.Id) : "shared";
        var tree = await leases.LeaseAsync(new TreeRequest(project, prepared.Repository, key, ticket.Id, job.Id, job.BranchName, prepared.Base, prepared.Start), cancel);
        try
        {
            var spec = specs.Agent(job, project, ticket, tree, prepared.Target, prepared.Start, await earlier.BeforeAsync(job, cancel), await BudgetAsync(job, cancel)) with
            {
                Context = prepared.Context,
                ContextNote = prepared.ContextNote,
            };
            await NoteAsync(job, tree, prepared, cancel);
            var run = await Run.StartAsync(specs.FolderOf(job.Id, job.Attempt), spec, launcher, time.GetUtcNow(), late.Before(job));
            watches.Follow(job, run, tree);
            log.Launched(job.Id, job.Attempt, project.Name, run.Process?.Pid ?? 0);
        }
        catch
        {
            await leases.ReturnAsync(tree, $"{job.Id}-{job.Attempt}");
            throw;
        }
    }

    // Everything before a lease is used; a lease that is not needed goes back.
    private async Task<(Project Project, Ticket Ticket, Prepared Prepared)> PrepareAsync(Job job, CancellationToken cancel)
    {
        try
        {
            await HeedEarlyStopAsync(job, cancel);
            var project = await store.GetProjectAsync(job.ProjectId, cancel) ?? throw new AutoBuildException("project_not_found", $"There is no project {job.ProjectId}.");
            var ticket = await store.GetTicketAsync(job.TicketId, cancel) ?? throw new AutoBuildException("ticket_not_found", $"There is no ticket {job.TicketId}.");
            if (job.Executor != Executor.Local)
            {
                throw new AutoBuildException("executor_missing", "GitHub Actions is not configured here. Set the executor of project or job to local.");
            }

            var prepared = await FindBaseAsync(job, project, cancel);
            var (context, note) = await memory.AskAsync(job, project, prepared.Start, cancel);
            return (project, ticket, prepared with { Context = context?.Context ?? "", ContextNote = note });
        }
        catch
        {
            leases.GiveBack(1);
            throw;
        }
    }

    // Between the claim and our answering for it, a cancel reaches the store only.
    private async Task HeedEarlyStopAsync(Job job, CancellationToken cancel)
    {
        if (await store.GetJobAsync(job.Id, cancel) is { State: JobState.Cancelling } stopping)
        {
            watches.Stop(job.Id, stopping.CancelReason ?? "");
            cancel.ThrowIfCancellationRequested();
        }
    }

    // A branch that an earlier run left is gone on with, unless all of it has landed.
    private async Task<Prepared> FindBaseAsync(Job job, Project project, CancellationToken cancel)
    {
        var target = await clones.TargetAsync(project, job.BaseBranch, cancel);
        var tip = (await clones.TipAsync(project, target, cancel)).Tip;
        var clone = await clones.OpenAsync(project, cancel);
        var branch = await clone.ResolveAsync($"refs/heads/{job.BranchName}", cancel);
        return branch is null || await clone.ContainsAsync(branch, tip, cancel)
            ? new Prepared(clone, target, tip, tip)
            : new Prepared(clone, target, await clone.MergeBaseAsync(tip, branch, cancel) ?? tip, branch);
    }

    // What is left stands in the spec: the runner holds to it by itself, also while no server looks.
    private async Task<RunBudget> BudgetAsync(Job job, CancellationToken cancel)
    {
        var caps = await store.GetCapsAsync(job, cancel);
        return caps.FirstOrDefault(cap => cap.IsReached) is { } reached
            ? throw new AutoBuildException("budget", reached.Sentence)
            : new RunBudget
            {
                CostUsd = caps.Min(cap => cap.LeftUsd),
                Tokens = caps.Min(cap => cap.LeftTokens),
                Session = job.SessionId is { } session ? await store.GetSessionUsageAsync(session, cancel) : null,
            };
    }

    private Task<bool> NoteAsync(Job job, HeldTree tree, Prepared prepared, CancellationToken cancel) =>
        store.NoteAsync(job.Id, job.Fence, new JobNote { BaseBranch = prepared.Target, BaseCommit = prepared.Base, WorktreeId = tree.Row.Id }, cancel);

    private async Task FailedAsync(Job job, Exception fault, CancellationToken cancel)
    {
        var code = fault switch
        {
            AutoBuildException known => known.Code,
            WorkspaceException known => known.Code,
            IOException when DiskSpace.IsExhausted(fault) => "disk_full",
            IOException => "disk_failed",
            _ => "launch_failed",
        };
        log.LaunchFailed(fault, job.Id, job.Attempt, code);
        await store.PersistAsync(job.Id, job.Fence, new JobInput.LaunchFailed(code, fault.Message, !Hopeless.Contains(code)), time, log, late.After(job), cancel);
        watches.LetGo(job);
    }

    /// <param name="Base">What the work is measured against.</param>
    /// <param name="Start">Where the tree starts.</param>
    private sealed record Prepared(BareClone Repository, string Target, string Base, string Start)
    {
        public string Context { get; init; } = "";

        public string? ContextNote { get; init; }
    }
}
