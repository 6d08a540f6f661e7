using System.Text;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Is the tree of a run, from its making to its teardown.</summary>
internal sealed class RunSite(RunContext run)
{
    private static readonly TimeSpan TeardownTime = TimeSpan.FromSeconds(30);

    private bool _prepared;

    private string Beside => Path.Combine(run.Spec.Tree.Temp, "base");

    public Recipe? Recipe { get; private set; }

    public TreePlan Plan { get; private set; } = PlanOf(run.Spec, null);

    public RunEnvironment Environment { get; private set; } = new(run, null);

    public BareClone Clone { get; } = BareClone.At(run.Spec.Tree.Repository);

    /// <summary>What runs in the tree may write the tree and its own folders, may see the bare clone and the user's checkout, and little else of ours.</summary>
    public Walls? Walls => run.Spec.Walls is not { } asked || run.Host.Confinement != Confinement.Namespace ? null : new Walls
    {
        Own = [.. Folders()],
        Shown = [run.Spec.Tree.Repository, .. run.Spec.Tree.CopyFrom is { } checkout ? [checkout] : Array.Empty<string>()],
        Hidden = asked.Hidden,
        Open = asked.Writable,
    };

    /// <summary>Makes the tree stand at the start commit and runs the recipe's setup in it.</summary>
    /// <exception cref="RunFault">recipe_invalid, prepare_failed, setup_failed.</exception>
    public async Task PrepareAsync()
    {
        run.Events.Add(RunPhase.Preparing);
        // Asked for now so that the answer is there when the agent starts.
        _ = Task.Run(() => ProcessIsolation.WallsWork);
        MakeHome();
        try
        {
            Recipe = await RecipeAtBaseAsync();
            Plan = PlanOf(run.Spec, Recipe);
            Environment = new RunEnvironment(run, Recipe);
            _prepared = true;
            await MakeTreeAsync();
        }
        catch (WorkspaceException fault)
        {
            throw RunFault.Of(fault, "prepare_failed", "The working tree could not be made:");
        }
        if (Recipe is { Setup.Count: > 0 } recipe)
        {
            await RecipeCommands.SetUpAsync(run, recipe, Plan.Path, this, run.Cancel);
            await JobTree.RecordIgnoredAsync(Plan, run.Cancel);
        }
    }

    /// <summary>Runs the recipe's teardown on a clock of its own, so that it also runs when the run was stopped.</summary>
    public async Task TearDownAsync()
    {
        if (!_prepared)
        {
            return;
        }
        await TearDownRecipeAsync(Recipe ?? new Recipe());
        if (Directory.Exists(Beside))
        {
            Directory.Delete(Beside, recursive: true);
        }
    }

    private async Task TearDownRecipeAsync(Recipe recipe)
    {
        if (recipe.Teardown.Count > 0 && Directory.Exists(Plan.Path))
        {
            using var own = new CancellationTokenSource(TeardownTime, run.Host.Time);
            await RecipeCommands.TearDownAsync(run, recipe, Plan.Path, this, own.Token);
        }
        if (recipe.Setup.Count + recipe.Teardown.Count > 0)
        {
            // What setup started for the run (a database, a server) and teardown forgot.
            await ProcessSweep.KillAsync(run.Marker);
            await Orphans.KillAsync();
        }
    }

    /// <summary>Makes a second tree at another commit, with setup, for comparison.</summary>
    public async Task<TreePlan> BesideAsync(string commit, CancellationToken cancel)
    {
        var plan = Plan with { Path = Path.Combine(Beside, "tree"), GitDir = Path.Combine(Beside, "git"), StartCommit = commit, BaseCommit = commit };
        await JobTree.PrepareAsync(plan, cancel);
        if (Recipe is { Setup.Count: > 0 } recipe)
        {
            await RecipeCommands.SetUpAsync(run, recipe, plan.Path, this, cancel);
        }
        return plan;
    }

    /// <summary>Reads a file of the base commit, which no agent has written; null where there is none.</summary>
    public async Task<string?> BaseTextAsync(string path) =>
        await Clone.ReadFileAsync(run.Spec.Tree.BaseCommit, path, run.Cancel) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private void MakeHome()
    {
        var home = new DirectoryInfo(run.Spec.Tree.Home);
        if (home.LinkTarget is not null)
        {
            // An earlier run of the ticket put it there; what it leads to is not ours to write in.
            File.Delete(home.FullName);
        }
        home.Create();
        Directory.CreateDirectory(run.Spec.Tree.Temp);
        run.Secrets.Logins.CopyTo(home.FullName);
        foreach (var note in run.Secrets.Logins.Notes.Concat(run.Secrets.Missing.Select(name => $"The configuration hands in the secret {name}, but the server has no such variable.")))
        {
            run.Events.Add(RunEventKind.Warning, note);
        }
    }

    private async Task MakeTreeAsync()
    {
        var made = await JobTree.PrepareAsync(Plan, run.Cancel);
        foreach (var note in made.Notes)
        {
            run.Events.Add(RunEventKind.Warning, note);
        }
        if (made.Rescued is { } rescued)
        {
            run.Events.Add(RunEventKind.Warning, $"An earlier run had left work in this tree; it is kept as {rescued.Name}.");
        }
    }

    private async Task<Recipe?> RecipeAtBaseAsync()
    {
        if (await BaseTextAsync(".autobuild.yaml") is not { } text)
        {
            return null;
        }
        var read = Recipe.Parse(text);
        return read.Done ? read.Value : throw new RunFault(read.Refusal.Code, read.Refusal.Sentence, retry: false);
    }

    private IEnumerable<string> Folders()
    {
        var tree = run.Spec.Tree;
        string[] folders = [tree.Path, tree.GitDir, QaSite.ScratchOf(tree.Path), tree.Home, tree.Temp];
        return folders.Select(folder => Directory.CreateDirectory(folder).FullName);
    }

    private static TreePlan PlanOf(RunSpec spec, Recipe? recipe) => new()
    {
        Repository = spec.Tree.Repository,
        Path = spec.Tree.Path,
        GitDir = spec.Tree.GitDir,
        Branch = spec.Tree.Branch,
        StartCommit = spec.Tree.StartCommit,
        BaseCommit = spec.Tree.BaseCommit,
        RescueName = $"{spec.JobId}-{spec.Attempt}",
        CopyFrom = spec.Tree.CopyFrom,
        Copy = recipe?.Copy ?? [],
        Cache = recipe?.Cache ?? [],
        Home = spec.Tree.Home,
        Temp = spec.Tree.Temp,
        PortBase = spec.Tree.PortBase,
    };
}
