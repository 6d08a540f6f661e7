using AutoBuild.Core.Jobs;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Orchestrator.Projects;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Orchestrator.Worktrees;
using AutoBuild.Storage.Sqlite;
using AutoBuild.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Trains;

/// <summary>Is a train alone: real store, real git, no agents, and checks that are a function of the files of the merged tree.</summary>
internal sealed class TrainBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TempFolder _folder = new();
    private readonly OrchestratorOptions _options;
    private readonly Func<IReadOnlySet<string>, bool> _passes;
    private Project? _project;
    private string _base = "";

    public TrainBench(Func<IReadOnlySet<string>, bool> passes, LandingOptions? landing = null)
    {
        _passes = passes;
        _options = new OrchestratorOptions { DataDirectory = _folder["data"], RunnerCommand = ["none"], Landing = landing ?? new LandingOptions { Reworks = 0 } };
        Directory.CreateDirectory(_folder["data"]);
    }

    /// <summary>The files of each tree that was checked, oldest first; a server that died knows no less.</summary>
    public List<IReadOnlySet<string>> Checks { get; } = [];

    /// <summary>Which check fails without a cause, counted from 1.</summary>
    public int Flaky { get; init; }

    /// <summary>Whether the source is a remote that is pushed to.</summary>
    public bool IsRemote { get; init; }

    public Guid Project => _project!.Id;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BareClone Clone => BareClone.At(Path.Combine(_folder["data"], "repositories", $"{Project}.git"));

    /// <summary>Queues branches that all start from the same commit, in this order; a branch named <c>a+b</c> writes the files a and b; <c>base</c> is there before, of one line.</summary>
    public async Task<IReadOnlyList<Landing>> QueueAsync(params string[] names)
    {
        await using var server = await ServeAsync(null);
        if (_project is null)
        {
            await MakeProjectAsync(server);
        }

        var landings = new List<Landing>();
        foreach (var name in names)
        {
            landings.Add(await QueueAsync(server.Store, name));
        }

        return landings;
    }

    /// <summary>Lets the train run until nothing is open any more, or its server has died.</summary>
    public async Task RunAsync(Death? death = null)
    {
        await using var server = await ServeAsync(death);
        Git.Around.Value = death is null ? null : death.AroundAsync;
        try
        {
            await server.Get<WorktreeLeases>().RecoverAsync(Cancel);
            await server.Get<Train>().StartAsync(Cancel);
        }
        catch (Exception) when (death is { Died.IsCompleted: true })
        {
            return;
        }

        var began = TimeProvider.System.GetTimestamp();
        while (death is not { Died.IsCompleted: true } && (await server.Store.GetTrainAsync(Project, "main", Cancel)).Open.Count > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "The train does not come to an end.");
            await Task.WhenAny(server.Store.WaitForEventsAsync(await server.Store.GetLastEventIdAsync(Cancel), TimeSpan.FromMilliseconds(100), Cancel), death?.Died ?? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Cancel));
        }

        Git.Around.Value = null;
        await server.Get<Train>().StopAsync(CancellationToken.None);
    }

    public async Task<T> ReadAsync<T>(Func<IStore, Task<T>> read)
    {
        await using var server = await ServeAsync(null);
        return await read(server.Store);
    }

    public Task<IReadOnlyList<Landing>> NowAsync(IReadOnlyList<Landing> landings) => ReadAsync(async store =>
    {
        var now = new List<Landing>();
        foreach (var landing in landings)
        {
            now.Add((await store.GetLandingAsync(landing.Id, Cancel))!);
        }

        return (IReadOnlyList<Landing>)now;
    });

    /// <summary>Holds that the target passes its checks, holds what has landed once and in order, and nothing else.</summary>
    public async Task HoldAsync(IReadOnlyList<Landing> landings)
    {
        var tip = (await Clone.ResolveAsync("refs/heads/main", Cancel))!;
        Assert.True(_passes(FilesOf(Clone.Path, tip)), "What is on the target fails its checks.");
        var log = await Git.TextAsync(Clone.Path, ["log", "--reverse", "--topo-order", "--first-parent", "--format=%(trailers:key=AutoBuild-Job,valueonly,separator=)", $"{_base}..{tip}"], null, Cancel);
        var merged = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(merged.Distinct(), merged);
        foreach (var landing in await NowAsync(landings))
        {
            var isThere = await Clone.ContainsAsync(landing.Commit, tip, Cancel);
            Assert.True(isThere == (landing.State is LandingState.Landed) || landing.State is LandingState.Moving || (isThere && landing.State is LandingState.Queued or LandingState.Merging), $"{landing.BranchName} is {landing.State}, and {(isThere ? "" : "not ")}on the target.");
        }

        if (IsRemote)
        {
            var pushed = (await Git.TextAsync(_folder["remote.git"], ["rev-parse", "main"], null, Cancel)).Trim();
            Assert.True(_passes(FilesOf(_folder["remote.git"], pushed)), "What was pushed fails its checks.");
        }
    }

    public async Task<string[]> MergesAsync() =>
        (await Git.TextAsync(Clone.Path, ["log", "--reverse", "--first-parent", "--format=%H", $"{_base}..main"], null, Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Task<string?> BranchAsync(string branch) => Clone.ResolveAsync($"refs/heads/{branch}", Cancel);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static HashSet<string> FilesOf(string repository, string commit) =>
        [.. Git.TextAsync(repository, ["ls-tree", "-r", "--name-only", commit], null, CancellationToken.None).GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task MakeProjectAsync(Server server)
    {
        var checkout = _folder["checkout"];
        await ShellAsync($"git init -q -b main {checkout} && cd {checkout} && echo base > base && git add -A && git commit -q -m base && git clone -q --bare . {_folder["remote.git"]}");
        var wanted = new NewProject { Name = "train", RepoPath = IsRemote ? null : checkout, RepoUrl = IsRemote ? $"file://{_folder["remote.git"]}" : null, DefaultBranch = "main", MaxParallelAgents = 64 };
        _project = (await server.Get<ProjectRegistry>().CreateAsync(wanted, null, Cancel)).OrThrow().Value;
        _base = (await server.Get<Clones>().FreshTipAsync(_project, "main", Cancel)).Tip;
    }

    private async Task<Landing> QueueAsync(SqliteStore store, string name)
    {
        var wanted = new NewJob { ProjectId = Project, TicketId = Guid.CreateVersion7(), Prompt = name, Agent = "command", AgentCommand = "none" };
        var submitted = (await store.SubmitJobAsync(wanted, null, Cancel)).OrThrow().Value;
        var job = (await store.ClaimAsync("test", 100, Cancel)).Single(claimed => claimed.Id == submitted.Id);
        var files = string.Concat(name.Split('+').Select(file => $"git update-index --add --cacheinfo 100644,$(echo {name} | git hash-object --stdin | git hash-object -w --stdin),{file} && "));
        var made = (await ShellAsync($"cd {Clone.Path} && export GIT_INDEX_FILE=$PWD/{job.Id} && git read-tree {_base} && {files} made=$(git commit-tree $(git write-tree) -p {_base} -m {name}) && git update-ref refs/heads/{job.BranchName} $made && git rev-parse $made $made^{{tree}}")).Split('\n');
        var report = new RunReport
        {
            JobId = job.Id,
            Attempt = job.Attempt,
            Outcome = RunOutcome.Changed,
            Commit = made[0],
            Branch = job.BranchName,

            // What fails alone would never have come so far; it stands for what passed in another environment, and proves nothing of its tree.
            Qa = new QaReport { Verdict = QaVerdict.Passed, Commit = made[0], Tree = _passes(FilesOf(Clone.Path, made[0])) ? made[1] : null },
        };
        (await store.ApplyAsync(job.Id, job.Fence, new JobInput.Reported(report), Cancel)).OrThrow();
        return (await store.QueueLandingAsync(job.Id, "somebody", "main", Cancel)).OrThrow();
    }

    private static async Task<string> ShellAsync(string script)
    {
        var result = await ChildProcess.RunAsync(new ChildCommand("/bin/sh", ["-c", script])
        {
            Environment = new Dictionary<string, string>
            {
                ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
                ["GIT_AUTHOR_NAME"] = "t",
                ["GIT_AUTHOR_EMAIL"] = "t@localhost",
                ["GIT_COMMITTER_NAME"] = "t",
                ["GIT_COMMITTER_EMAIL"] = "t@localhost",
            },
        });
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    private async Task<Server> ServeAsync(Death? death)
    {
        var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(_folder["data"], "autobuild.db"), Queue = new QueueOptions { MaxParallelJobs = 100 }, Durable = false }, TimeProvider.System, Cancel);
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton(death?.Around(store) ?? store).AddOrchestrator(_options).AddSingleton<IRunLauncher>(new Checker(this));
        return new Server(store, services.BuildServiceProvider());
    }

    private bool Check(string repository, string commit)
    {
        // What the checks do is done by another process.
        var around = Git.Around.Value;
        Git.Around.Value = null;
        var files = FilesOf(repository, commit);
        Git.Around.Value = around;
        lock (Checks)
        {
            Checks.Add(files);
            return Checks.Count != Flaky && _passes(files);
        }
    }

    private sealed record Server(SqliteStore Store, ServiceProvider Provider) : IAsyncDisposable
    {
        public T Get<T>()
            where T : notnull => Provider.GetRequiredService<T>();

        public async ValueTask DisposeAsync()
        {
            try
            {
                await Provider.DisposeAsync();
            }
            catch (Death.CrashedException)
            {
                // What it did in the background died with it.
            }

            await Store.DisposeAsync();
        }
    }

    /// <summary>Reports at once, without a process.</summary>
    private sealed class Checker(TrainBench bench) : IRunLauncher
    {
        public ProcessIdentity Start(RunFolder folder, RunSpec spec)
        {
            var passed = bench.Check(spec.Tree.Repository, spec.Tree.StartCommit);
            var report = new RunReport
            {
                JobId = spec.JobId,
                Attempt = spec.Attempt,
                Outcome = passed ? RunOutcome.NoChanges : RunOutcome.QaFailed,
                Qa = new QaReport
                {
                    Verdict = passed ? QaVerdict.Passed : QaVerdict.Failed,
                    Commit = spec.Tree.StartCommit,
                    Checks = [new QaCheckResult { Name = "test", Status = passed ? QaStatus.Passed : QaStatus.Failed, Command = "./test", ExitCode = passed ? 0 : 1, LogTail = "it breaks" }],
                },
            };
            File.WriteAllText(folder.Report, CoreJson.Write(report));
            return new ProcessIdentity(int.MaxValue, 0, "none");
        }
    }
}
