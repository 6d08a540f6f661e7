using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Looks after what an agent should not touch where no wall keeps it from it: what changed while it worked is said, and never undone.</summary>
internal sealed class Watch
{
    private const int MostNamed = 5;

    private readonly RunContext _run;
    private readonly Dictionary<string, FolderPrint> _before = [];

    private Watch(RunContext run) => _run = run;

    /// <summary>Takes the prints before the agent starts.</summary>
    public static Watch Over(RunContext run, RunSite site)
    {
        var watch = new Watch(run);
        if (site.Walls is null || !ProcessIsolation.WallsWork)
        {
            watch.Add("your checkout", run.Spec.Tree.CopyFrom);
            watch.Add("AutoBuild's clone", run.Spec.Tree.Repository);
        }
        return watch;
    }

    /// <summary>Says what changed since.</summary>
    public void Tell()
    {
        foreach (var (what, print) in _before)
        {
            // Other runs and the server work on refs and objects of the clone at the same time.
            var changes = print.ChangesSince().Where(path => what == "your checkout" || IsFixed(path)).ToList();
            if (changes.Count > 0)
            {
                var more = changes.Count > MostNamed ? $" and {changes.Count - MostNamed} more" : "";
                _run.Events.Add(RunEventKind.Warning, $"In {what} these files changed while the run was at work: {string.Join(", ", changes.Take(MostNamed))}{more}. If it was not you, look at them: nothing keeps an agent from them on this machine.", "outside");
            }
        }
    }

    private static bool IsFixed(string path) => path is "config" or "HEAD" || path.StartsWith("hooks/", StringComparison.Ordinal) || path.StartsWith("info/", StringComparison.Ordinal)
        || path.StartsWith("objects/info/", StringComparison.Ordinal);

    private void Add(string what, string? folder)
    {
        if (folder is not null && FolderPrint.Of(folder) is { } print)
        {
            _before[what] = print;
        }
    }
}
