using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using AutoBuild.Merge;
using AutoBuild.Workspaces;
using Microsoft.Extensions.AI;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Is the model during one merge: opened for the first chunk that needs it, and left alone once it can't be asked.</summary>
internal sealed class OpenedModel(IStore store, ResolveOptions options, PriceList prices, ResolveContext context, SecretMasker masker, TimeProvider time) : IDisposable
{
    private IChatClient? _client;
    private ModelStage? _stage;

    /// <summary>Why it was not asked, or is not any more; null where it was, and where nothing needed it.</summary>
    public string? Stopped { get; private set; }

    public async Task<ChunkResolution> AskAsync(OpenFile file, MergeChunk chunk, CancellationToken cancel)
    {
        if (!IsText(file.Input))
        {
            return ModelStage.Left(chunk, "The file is not UTF-8, so no model was asked.", []);
        }

        if ((Stopped ??= _stage is null ? Open() : null) is { } why || _stage is not { } stage)
        {
            return ModelStage.Left(chunk, Stopped ?? "", []);
        }

        var asked = await stage.AskAsync(file, chunk, new Prompt(file, context.Ticket, masker), cancel);
        Stopped = stage.Stopped?.Sentence;
        return asked;
    }

    public void Dispose() => _client?.Dispose();

    // Returns why there is none.
    private string? Open()
    {
        if (options.Open is not { } open || context.Job is not { } job)
        {
            return options.Open is null ? options.None : "The job is gone, so nobody could be charged for asking a model.";
        }

        _client = open();
        _stage = new ModelStage(new ModelCall(_client, options, masker, time), new ModelPurse(store, options, prices, context.Landing, job, time));
        return null;
    }

    private static bool IsText(MergeInput input) => new[] { input.Base, input.Ours, input.Theirs }.All(text => System.Text.Unicode.Utf8.IsValid(text));
}
