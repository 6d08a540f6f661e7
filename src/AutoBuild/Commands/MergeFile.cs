using AutoBuild.Merge;
using AutoBuild.Workspaces;

namespace AutoBuild.Commands;

/// <summary>Merges files as git wants it of a merge driver.</summary>
internal sealed record MergeFile(string Base, string Ours, string Theirs, string? Path, MergeOptions Options)
{
    public bool ToStdout { get; init; }

    public bool Explain { get; init; }

    public bool Json { get; init; }

    /// <summary>What merges; a test puts a broken one here.</summary>
    public Func<MergeInput, MergeOptions, MergeResult> Engine { get; init; } = MergeEngine.Merge;

    /// <summary>Merges, and tells by the exit code: 0 clean, 1 conflicts are left, above 128 broken.</summary>
    public async Task<int> RunAsync(Terminal terminal, Func<Stream> stdout)
    {
        MergeResult result;
        try
        {
            result = Engine(new MergeInput(Read(Base), Read(Ours), Read(Theirs), Path), Options);
            if (ToStdout)
            {
                await using var output = stdout();
                output.Write(result.Content);
            }
            else
            {
                WriteFile.Over(Ours, result.Content);
            }
        }
#pragma warning disable CA1031 // Whatever it is: git is told that the driver broke, and the file holds what git itself would have made.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return await FallBackAsync(terminal, stdout, fault);
        }

        if (Explain || Json)
        {
            (ToStdout ? terminal.Error : terminal.Out).Write(Json ? MergeExplained.Json(result, Path) : MergeExplained.Text(result));
        }

        return result.IsClean ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task<int> FallBackAsync(Terminal terminal, Func<Stream> stdout, Exception fault)
    {
        var said = Fault.Write(terminal, json: false, "merge_failed", $"The merge of {Path ?? Ours} broke off ({fault.Message.TrimEnd('.')}).", ExitCode.DriverBroken);
        try
        {
            string[] labels = ["-L", Options.OursLabel, "-L", Options.BaseLabel, "-L", Options.TheirsLabel];
            string[] files = [.. new[] { Ours, Base, Theirs }.Select(System.IO.Path.GetFullPath)];
            var merged = await Git.RunAsync(Environment.CurrentDirectory, ["merge-file", "-p", $"--marker-size={Options.MarkerSize}", .. labels, .. files]);
            // It says how many conflicts there are; above 127 that it could not.
            if (merged.ExitCode is >= 0 and < 128 && !merged.Truncated && ToStdout)
            {
                await using var output = stdout();
                output.Write(merged.Bytes);
            }
            else if (merged.ExitCode is >= 0 and < 128 && !merged.Truncated)
            {
                WriteFile.Over(Ours, merged.Bytes);
            }
        }
        catch (Exception second) when (second is WorkspaceException or IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"autobuild: {Ours} is as it was: {second.Message}");
        }

        return said;
    }

    private static byte[] Read(string path) => File.ReadAllBytes(path);
}
