using System.CommandLine;
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

    public static Verb Create()
    {
        var id = ProjectOptions.Id("landing");
        return new Verb("resolve", "Settles a conflict, chunk by chunk or with a merge that you made, and lands it once nothing is open.",
            "autobuild landing resolve 9e01ab34 --file src/start.js --chunk 1 --take both", async call =>
        {
            using var api = await call.ConnectAsync();
            var found = await new Lookup(api, call).LandingAsync(call.Get(id));
            var body = await new LandingAnswers(call, found).ReadAsync(call.Get(Branch));
            var taken = await api.ResolveLandingAsync(found.Id, body, call.Cancel);
            if (taken.Value.State == LandingState.Conflict)
            {
                call.Print(taken, one => call.Say(Open(one)));
                return ExitCode.Done;
            }

            var landing = await Watch.LandingAsync(api, found.Id, call, call.Cancel);
            call.Print(landing, one => call.Say(Evidence.Sentence(one)));
            return landing.Value.State == LandingState.Landed ? ExitCode.Done : ExitCode.Failed;
        }).With([id, Branch, .. LandingAnswers.All]).PrintsData();
    }

    private static string Open(Landing landing) =>
        $"Taken. Still open: {string.Join("; ", landing.Conflicts.Where(file => file.IsOpen()).Select(file => file.Chunks.Count == 0 ? file.Path : $"{file.Path} chunk {string.Join(", ", file.Chunks.Where(chunk => chunk.Accepted is null).Select(chunk => chunk.Number))}"))}.";
}
