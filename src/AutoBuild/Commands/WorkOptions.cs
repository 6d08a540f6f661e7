using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core;

namespace AutoBuild.Commands;

/// <summary>Holds what <c>run</c> and <c>ticket add</c> ask about a piece of work.</summary>
internal sealed class WorkOptions
{
    private const int LongestTitle = 120;

    private readonly Argument<string?> _task = new("task")
    {
        Description = "What is to be done; its first line is the title. '-' reads it from stdin.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _title = new("--title") { Description = "The ticket's title, where the task itself is the description.", HelpName = "TEXT" };
    private readonly Option<string?> _description = new("--description") { Description = "More about the task; '-' reads it from stdin.", HelpName = "TEXT" };
    private readonly Option<string[]> _dependsOn = new("--depends-on") { Description = "A ticket that has to land first; may be given several times.", HelpName = "ID" };
    private readonly TicketFields _fields = new();

    public Symbol[] All => [_task, ProjectOptions.Repository, ProjectOptions.Project, _title, _description, .. _fields.All, _dependsOn];

    /// <summary>Makes the body of the ticket.</summary>
    public async Task<TicketBody> ReadAsync(Call call, Lookup lookup)
    {
        var (heading, text) = await ReadTextAsync(call);
        var fields = await _fields.ReadAsync(call);
        var others = new List<string>();
        foreach (var other in call.Get(_dependsOn) ?? [])
        {
            others.Add((await lookup.TicketAsync(other)).Id.ToString());
        }

        return fields with { Title = heading, Description = text, DependsOn = others.Count > 0 ? others : null };
    }

    private async Task<(string Title, string? Description)> ReadTextAsync(Call call)
    {
        var text = await call.TextAsync(call.Get(_task));
        var more = await call.TextAsync(call.Get(_description));
        if (call.Get(_title) is { } heading)
        {
            return (heading, Joined(text, more));
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw new AutoBuildException("wrong_use", "Say what is to be done: autobuild run \"add a --version option\" --repo . ('-' reads it from stdin).");
        }

        var (first, rest) = Split(text);
        return (first, Joined(rest, more));
    }

    /// <summary>Takes the first line as the title; where that is long, its beginning, and the whole text as the description.</summary>
    public static (string Title, string? Description) Split(string text)
    {
        var lines = text.Trim().Split('\n', 2);
        return lines[0].Length <= LongestTitle
            ? (lines[0].Trim(), lines.ElementAtOrDefault(1)?.Trim())
            : (Plain.Line(lines[0], LongestTitle), text.Trim());
    }

    private static string? Joined(string? one, string? other)
    {
        var parts = new[] { one, other }.Where(part => !string.IsNullOrWhiteSpace(part)).ToList();
        return parts.Count == 0 ? null : string.Join("\n\n", parts);
    }
}
