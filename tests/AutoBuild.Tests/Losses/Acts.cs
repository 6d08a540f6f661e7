using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Losses;

/// <summary>Is what agents and users do to their own files: here anything may be overwritten, for it is theirs.</summary>
internal sealed class Acts(World world, Random random)
{
    private static readonly string[] Names = ["shared.txt", "a.txt", "b/c.txt", "b/d.log", "cache/e", "ж 漢.txt", "f", ".env", "g.log"];

    private int _tokens;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>One act of an agent in its tree.</summary>
    public async Task<string> AgentAsync(TreePlan plan)
    {
        Task<GitResult> GitAsync(params string[] arguments) => Git.RunAsync(plan.Path, ["-c", "user.name=agent", "-c", "user.email=agent@localhost", .. arguments], null, Stop);
        switch (random.Next(12))
        {
            case 0:
                await GitAsync("add", "-A");
                await GitAsync("commit", "-q", "-m", Token());
                return "commits";
            case 1:
                await GitAsync("commit", "-q", "--amend", "--allow-empty", "-m", Token());
                return "amends";
            case 2:
                await GitAsync("stash", "-u");
                return "stashes";
            case 3:
                await GitAsync("checkout", "-q", "-b", "side-" + Token());
                return "leaves its branch";
            case 4:
                await GitAsync("checkout", "-q", "--detach");
                return "detaches";
            case 5:
                var gone = new FileInfo(Path.Combine(plan.Path, Names[random.Next(Names.Length)]));
                if (gone.Exists)
                {
                    gone.Delete();
                }

                return $"deletes {gone.Name}";
            case 6:
                var inner = Directory.CreateDirectory(Path.Combine(plan.Path, "inner-" + Token())).FullName;
                await Git.RunAsync(inner, ["init", "-q"], null, Stop);
                await File.WriteAllTextAsync(Path.Combine(inner, "in"), Token(), Stop);
                return "begins a repository";
            default:
                return "writes " + Write(plan.Path);
        }
    }

    /// <summary>One act of the user in the checkout, or on the branches of the source.</summary>
    public async Task<string> UserAsync()
    {
        switch (random.Next(6))
        {
            case 0:
                return "changes " + Write(world.User);
            case 1:
                await world.GitAsync("commit", "-q", "--allow-empty", "--amend", "-m", Token());
                await PushAsync("-f", "main");
                return "rewrites the last commit";
            case 2:
                await world.GitAsync("branch", "-f", "feature", await world.GitAsync("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", Token()));
                await PushAsync("-f", "feature");
                return "moves a branch";
            case 3:
                await Git.RunAsync(world.User, ["branch", "-q", "-D", "feature"], null, Stop);
                await PushAsync("--delete", "feature");
                return "deletes a branch";
            default:
                var name = Write(world.User);
                await world.GitAsync("add", "-A");
                await world.GitAsync("commit", "-q", "--allow-empty", "-m", Token());
                await PushAsync("main");
                return "commits " + name;
        }
    }

    private async Task PushAsync(params string[] what)
    {
        if (world.IsRemote)
        {
            // Refused where others have pushed; then it stays local, as with real users.
            await Git.RunAsync(world.User, ["push", "-q", "origin", .. what], null, Stop);
        }
    }

    private string Write(string tree)
    {
        // What was copied from the user's own is not rescued for as long as nobody changed the copy, so the user's stays.
        var name = Names[random.Next(tree == world.User ? Names.Length - 2 : Names.Length)];
        var path = Path.Combine(tree, name);
        if (File.Exists(Path.GetDirectoryName(path)) || Directory.Exists(path))
        {
            return "nothing";
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Token());
        return name;
    }

    private string Token() => $"token-{++_tokens}";
}
