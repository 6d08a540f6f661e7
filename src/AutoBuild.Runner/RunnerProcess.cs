using AutoBuild.Core;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Runner.Journal;
using AutoBuild.Runner.Pipeline;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner;

/// <summary>Is one attempt from spec to report; the composition root's <c>runner</c> command calls it and nothing else does.</summary>
public static class RunnerProcess
{
    /// <summary>The runner itself broke: not even a report could be written.</summary>
    public const int Broken = 3;

    /// <summary>Runs the attempt of a run folder; returns 0 whenever there is a report, else 3, and never throws.</summary>
    /// <param name="specFile">The <c>spec.json</c>; its folder is the run folder.</param>
    /// <param name="host">What the composition root gives.</param>
    /// <param name="cancel">Ends the run as cancelled.</param>
    public static async Task<int> RunAsync(string specFile, RunnerHost host, CancellationToken cancel)
    {
        try
        {
            var folder = new RunFolder(Path.GetDirectoryName(Path.GetFullPath(specFile))!);
            // A second runner on the same folder fails here and leaves everything to the first.
            await using var alone = new FileStream(Path.Combine(folder.Path, "runner.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (!File.Exists(folder.Report))
            {
                var place = ReportFile.Reserve(folder);
                await place.WriteAsync(await AttemptAsync(specFile, folder, host, cancel), host.Time, cancel);
            }
            return 0;
        }
#pragma warning disable CA1031 // The exit code is all that is left to say it with.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            host.Complain?.Invoke($"The runner broke: {fault}");
            return Broken;
        }
    }

    private static async Task<RunReport> AttemptAsync(string specFile, RunFolder folder, RunnerHost host, CancellationToken cancel)
    {
        RunSpec spec;
        try
        {
            spec = SpecReader.Read(await File.ReadAllBytesAsync(specFile, cancel));
        }
        catch (Exception fault) when (fault is AutoBuildException or IOException or UnauthorizedAccessException)
        {
            return Broke(folder, host, new RunError("spec_invalid", $"The run's spec.json can't be read: {fault.Message}", Retry: false));
        }
        if (host.Secrets is not { } given)
        {
            return Broke(folder, host, new RunError("secrets_missing", "The secrets did not arrive: the server ended while it started this run."));
        }
        var secrets = RunValues.Read(spec, given, host.Environment);
        var masker = new SecretMasker(secrets.ToMask);
        using var stop = new RunStop();
        using var events = new EventLog(folder.Events, host.Time, masker.Mask, stop.Request);
        using var log = new RawLog(folder, spec.Limits.LogBytes, stop.Request);
        await using var asked = cancel.Register(() => stop.Request(StopCause.Cancelled, "The runner was told to stop."));
        using var allowance = new Allowance(spec.Budget, spec.Agent);
        await using var control = new ControlFollower(folder.Control, spec.Limits, stop, allowance, events, host.Time);
        control.Start();
        await using var memory = Orphans.ComeToUs ? new ProcessMemory(folder.Unmarked, spec.JobId.ToString(), host.Time) : null;
        return Masked(await new Attempt(new RunContext(spec, host, secrets, new RunOutput(log, events, secrets.ToMask), control, stop, allowance)).RunAsync(), masker);
    }

    private static RunReport Masked(RunReport report, SecretMasker masker) => report with
    {
        Summary = report.Summary is { } summary ? masker.Mask(summary) : null,
        Question = report.Question is { } question ? masker.Mask(question) : null,
        Error = report.Error is { } error ? error with { Message = masker.Mask(error.Message) } : null,
        SessionId = report.SessionId is { } session ? masker.Mask(session) : null,
        ChangedFiles = [.. report.ChangedFiles.Select(masker.Mask)],
    };

    private static RunReport Broke(RunFolder folder, RunnerHost host, RunError error) => new()
    {
        // The folder's own name tells whose report it is: runs/<job>/<attempt>.
        JobId = Guid.TryParse(Path.GetFileName(Path.GetDirectoryName(folder.Path)), out var job) ? job : Guid.Empty,
        Attempt = int.TryParse(Path.GetFileName(folder.Path), out var attempt) ? attempt : 0,
        Outcome = RunOutcome.AgentError,
        Error = error,
        StartedAt = host.Time.GetUtcNow(),
        FinishedAt = host.Time.GetUtcNow(),
    };
}
