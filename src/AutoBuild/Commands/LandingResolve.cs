using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core;
using AutoBuild.Core.Landings;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild landing resolve</c>.</summary>
internal static class LandingResolve
{
    private static readonly Argument<string?> Branch = new("BRANCH")
    {
        Description = "The branch with your merge: of a working tree made with 'worktree create', of the repository, or a commit.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string[]> File = new("--file") { Description = "Instead of a branch: a conflicted path and the file here that holds its text; may be given several times.", HelpName = "PATH=FILE" };
    private static readonly Option<string[]> Remove = new("--remove") { Description = "Instead of a branch: a conflicted path that goes; may be given several times.", HelpName = "PATH" };

    public static Verb Create()
    {
        var id = ProjectOptions.Id("landing");
        return new Verb("resolve", "Settles a conflict with a merge that you made, and lands it.",
            "autobuild landing resolve 9e01ab34 resolve-9e01ab34", async call =>
        {
            var body = await ReadAsync(call);
            using var api = await call.ConnectAsync();
            var found = await new Lookup(api, call).LandingAsync(call.Get(id));
            await api.ResolveLandingAsync(found.Id, body, call.Cancel);
            var landing = await Watch.LandingAsync(api, found.Id, call, call.Cancel);
            call.Print(landing, one => call.Say(Evidence.Sentence(one)));
            return landing.Value.State == LandingState.Landed ? ExitCode.Done : ExitCode.Failed;
        }).With(id, Branch, File, Remove).PrintsData();
    }

    private static async Task<ResolveBody> ReadAsync(Call call)
    {
        var files = (call.Get(Remove) ?? []).ToDictionary(path => path, _ => (string?)null);
        foreach (var pair in call.Get(File) ?? [])
        {
            if (pair.Split('=', 2) is not [var path, var from] || !System.IO.File.Exists(from))
            {
                throw new AutoBuildException("wrong_use", $"--file expects a conflicted path and a file that is there, such as src/a.c=/tmp/a.c, got '{pair}'.");
            }

            files[path] = await System.IO.File.ReadAllTextAsync(from, Terminal.Utf8, call.Cancel);
        }

        return (call.Get(Branch), files.Count) switch
        {
            (null, 0) => throw new AutoBuildException("wrong_use", "Name the branch with your merge, or the text of each conflicted file with --file PATH=FILE."),
            (not null, > 0) => throw new AutoBuildException("wrong_use", "Name a branch, or files; not both."),
            (var branch, _) => new ResolveBody(branch, files.Count > 0 ? files : null),
        };
    }
}
