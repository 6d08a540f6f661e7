using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Configuration;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Store;
using AutoBuild.LanguageModels;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Resolving;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.ScriptedModel;
using AutoBuild.Storage.Sqlite;

namespace AutoBuild.Tests.Orchestrator.Resolving;

/// <summary>Asks a scripted model about conflicts, over HTTP, by the clients that the program has, with a real store behind.</summary>
internal sealed class ModelBench : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly ModelServer _server;
    private readonly SqliteStore _store;
    private readonly Resolver _resolver;

    private ModelBench(TempFolder folder, ModelServer server, SqliteStore store, OrchestratorOptions options, TimeProvider time)
    {
        (_folder, _server, _store) = (folder, server, store);
        _resolver = new Resolver(store, options, new SignIns(options), time);
    }

    public IStore Store => _store;

    public Job Job { get; private set; } = null!;

    public Landing Landing { get; private set; } = null!;

    public IReadOnlyList<AutoBuild.ScriptedModel.Received> Requests => _server.Requests;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="steps">What the model answers, in turn; an object of the answer's form is said as its text.</param>
    public static async Task<ModelBench> StartAsync(
        IEnumerable<JsonObject> steps, ModelProvider provider = ModelProvider.Anthropic, Func<Settings, Settings>? settings = null,
        Func<OrchestratorOptions, OrchestratorOptions>? options = null, QueueOptions? queue = null, TimeProvider? time = null)
    {
        var folder = new TempFolder();
        var server = await ModelServer.StartAsync(new JsonObject { ["plain"] = true, ["steps"] = new JsonArray([.. steps.Select(step => (JsonNode)step)]) });
        var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = folder["autobuild.db"], Queue = queue ?? new QueueOptions(), Durable = false }, TimeProvider.System, Cancel);
        var configured = new Settings
        {
            Models = new ModelSettings
            {
                Name = "claude-sonnet-5-5",
                AnthropicApiKey = "key-of-anthropic",
                OpenaiApiKey = "key-of-openai",
                Merge = new MergeModelSettings { Provider = provider, BaseUrl = provider == ModelProvider.Openai ? $"{server.Address}v1" : server.Address.ToString() },
            },
        };
        var made = new OrchestratorOptions { DataDirectory = "", RunnerCommand = [], Environment = () => new Dictionary<string, string>(), Resolving = MergeModel.Options(settings?.Invoke(configured) ?? configured) };
        var bench = new ModelBench(folder, server, store, options?.Invoke(made) ?? made, time ?? TimeProvider.System);
        await bench.AddJobAsync();
        return bench;
    }

    /// <summary>A step that says an answer.</summary>
    public static JsonObject Says(string choice, string text = "", string reason = "both are kept", params string[] lines) =>
        new() { ["text"] = JsonSerializer.Serialize(new { reason, choice, lines, text }), ["usage"] = new JsonObject { ["input"] = 1000, ["output"] = 100 } };

    public static JsonObject Step(string json) => JsonNode.Parse(json)!.AsObject();

    public async Task<Resolution> ResolveAsync(params OpenFile[] files) =>
        await _resolver.ResolveAsync(files, new ResolveContext(Landing, await Store.GetTicketAsync(Job.TicketId, Cancel), await Store.GetJobAsync(Job.Id, Cancel)), Cancel);

    public async Task<ChunkResolution> ResolveOneAsync(OpenFile file) => Assert.Single(Assert.Single((await ResolveAsync(file)).Files).Chunks);

    /// <summary>Lets a landing of the ticket land in which a person gave the file's chunk an answer; returns its id.</summary>
    public async Task<Guid> LandAsync(OpenFile file, string answer)
    {
        var chunk = file.Open.Single();
        var settled = new LandingChunk
        {
            Number = 1, Base = new ChunkSide(1, 1, chunk.BaseText), Target = new ChunkSide(1, 1, chunk.OursText), Branch = new ChunkSide(1, 1, chunk.TheirsText),
            Tier = ChunkTier.D, Rule = "person", Why = "", Accepted = answer, By = ChunkStage.Person,
        };
        var claimed = (await Store.ClaimAsync("w", 1, Cancel)).Single();
        var report = new RunReport
        {
            JobId = claimed.Id, Attempt = claimed.Attempt, Outcome = RunOutcome.Changed, Commit = "c",
            Qa = new QaReport { Verdict = QaVerdict.Passed, Commit = "c" },
        };
        (await Store.ApplyAsync(claimed.Id, claimed.Fence, new JobInput.Reported(report), Cancel)).OrThrow();
        var landing = (await Store.QueueLandingAsync(claimed.Id, "kim", "main", Cancel)).OrThrow();
        LandingInput[] inputs = [new LandingInput.Taken("t"), new LandingInput.Merged("m") { Resolved = [new LandingConflict(file.Path, "content", null, null, null) { Chunks = [settled] }] }, new LandingInput.Passed(report.Qa!), new LandingInput.Moved()];
        foreach (var input in inputs)
        {
            (await Store.ApplyLandingAsync(landing.Id, input, Cancel)).OrThrow();
        }

        return landing.Id;
    }

    /// <summary>Returns once the model was asked so often.</summary>
    public Task AskedAsync(int times) => _server.WaitAsync(request => request.Seq == times - 1, Cancel);

    public async Task<RunUsage> UsedAsync() => (await Store.GetJobAsync(Job.Id, Cancel))!.Usage;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task AddJobAsync()
    {
        var project = (await Store.CreateProjectAsync(new NewProject { Name = "shop", RepoPath = "/shop" }, null, Cancel)).OrThrow().Value;
        var ticket = (await Store.CreateTicketAsync(new NewTicket { ProjectId = project.Id, Title = "Rebates", Description = "Take the rebate off the total." }, null, Cancel)).OrThrow().Value;
        Job = (await Store.SubmitJobAsync(new NewJob { ProjectId = project.Id, TicketId = ticket.Id, Prompt = "p", Agent = "command", AgentCommand = "x" }, null, Cancel)).OrThrow().Value;
        Landing = new Landing
        {
            Id = Guid.CreateVersion7(), ProjectId = project.Id, JobId = Job.Id, TicketId = ticket.Id, TargetBranch = "main", BranchName = "b", Commit = "c",
            CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch,
        };
    }
}
