using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Merge;
using AutoBuild.Workspaces;
using Microsoft.Extensions.AI;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Answers what the merge engine left open: by what was decided before, then by asking a model; the rest is for a person.</summary>
public sealed class Resolver(IStore store, OrchestratorOptions options, WorkMetrics metrics, TimeProvider time)
{
    private readonly PriceList _prices = PriceList.BuiltIn.With(options.Prices);

    private ResolveOptions Options => options.Resolving;

    /// <summary>Tries all open chunks of the files; never throws for what a model does, and ends within the time that the configuration gives it.</summary>
    public async Task<Resolution> ResolveAsync(IReadOnlyList<OpenFile> files, ResolveContext context, CancellationToken cancel)
    {
        var resolution = await AskAsync(files, context, cancel);
        metrics.Resolved(resolution);
        return resolution;
    }

    private async Task<Resolution> AskAsync(IReadOnlyList<OpenFile> files, ResolveContext context, CancellationToken cancel)
    {
        if (Options.Open is not { } open || context.Job is not { } job)
        {
            return Left(files, Options.Open is null ? Options.None : "The job is gone, so nobody could be charged for asking a model.");
        }

        if (!files.Any(file => file.Open.Any()))
        {
            return Left(files, null);
        }

        using var client = open();
        var masker = new SecretMasker(Secrets());
        var stage = new ModelStage(new ModelCall(client, Options, masker, time), new ModelPurse(store, Options, _prices, context.Landing, job, time));
        var resolved = new List<FileResolution>();
        foreach (var file in files)
        {
            resolved.Add(new FileResolution(file.Path, await AllOfAsync(file, stage, new Prompt(file, context.Ticket, masker), cancel)));
        }

        return new Resolution(resolved, stage.Stopped?.Sentence);
    }

    private static async Task<IReadOnlyList<ChunkResolution>> AllOfAsync(OpenFile file, ModelStage stage, Prompt prompt, CancellationToken cancel)
    {
        var resolved = new List<ChunkResolution>();
        foreach (var chunk in file.Open)
        {
            resolved.Add(stage.Stopped is { } stopped ? ModelStage.Left(chunk, stopped.Sentence, [])
                : !IsText(file.Input) ? ModelStage.Left(chunk, "The file is not UTF-8, so no model was asked.", [])
                : await stage.AskAsync(file, chunk, prompt, cancel));
        }

        return resolved;
    }

    private static bool IsText(MergeInput input) => new[] { input.Base, input.Ours, input.Theirs }.All(text => System.Text.Unicode.Utf8.IsValid(text));

    private static Resolution Left(IReadOnlyList<OpenFile> files, string? why) =>
        new([.. files.Select(file => new FileResolution(file.Path, [.. file.Open.Select(chunk => ModelStage.Left(chunk, why ?? "", []))]))], why);

    private IEnumerable<string> Secrets()
    {
        var own = options.Environment();
        return Options.Secrets.Concat(options.Agents.Secrets.Concat(options.Agents.CheckSecrets).Concat(SignIns(options)).Distinct().Select(name => own.GetValueOrDefault(name) ?? "")).Where(value => value.Length > 0);
    }

    private static IEnumerable<string> SignIns(OrchestratorOptions options) => new Runs.SignIns(options) is var known ? options.Agents.Names.SelectMany(agent => known.Of(agent).Secrets) : [];
}
