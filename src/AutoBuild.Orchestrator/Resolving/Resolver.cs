using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Answers what the merge engine left open: by what was decided before, then by asking a model; the rest is for a person.</summary>
public sealed class Resolver(IStore store, OrchestratorOptions options, SignIns signIns, TimeProvider time)
{
    private readonly PriceList _prices = PriceList.BuiltIn.With(options.Prices);

    /// <summary>Tries all open chunks of the files; never throws for what a model does, and ends within the time that the configuration gives it.</summary>
    public async Task<Resolution> ResolveAsync(IReadOnlyList<OpenFile> files, ResolveContext context, CancellationToken cancel)
    {
        var earlier = new EarlierStage(store, context.Landing.ProjectId);
        using var model = new OpenedModel(store, options.Resolving, _prices, context, new SecretMasker(Secrets()), time);
        var resolved = new List<FileResolution>();
        foreach (var file in files)
        {
            var chunks = new List<ChunkResolution>();
            var before = await earlier.TryAsync(file, cancel);
            foreach (var chunk in file.Open)
            {
                var known = before.GetValueOrDefault(chunk.Index);
                chunks.Add(known is { Text: not null } ? known : Beside(known, await model.AskAsync(file, chunk, cancel)));
            }

            resolved.Add(new FileResolution(file.Path, chunks));
        }

        return new Resolution(resolved, model.Stopped);
    }

    // What was known and not taken over is shown with the rest.
    private static ChunkResolution Beside(ChunkResolution? known, ChunkResolution asked) => known is null ? asked : asked with
    {
        Why = asked.Text is null ? $"{known.Why} {asked.Why}" : asked.Why,
        Proposals = [.. known.Proposals, .. asked.Proposals],
    };

    // All that an agent or a check may have been given: an agent may have written it into the code.
    private IEnumerable<string> Secrets()
    {
        var own = options.Environment();
        var names = options.Agents.Secrets.Concat(options.Agents.CheckSecrets).Concat(options.Agents.Names.SelectMany(agent => signIns.Of(agent).Secrets)).Distinct();
        return options.Resolving.Secrets.Concat(names.Select(name => own.GetValueOrDefault(name) ?? "")).Where(value => value.Length > 0);
    }
}
