using System.Text;
using System.Text.Json;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Tickets;
using AutoBuild.Core.Worktrees;

namespace AutoBuild.Tests.Codebase;

/// <summary>Holds the drawings and tables of docs/states.md against the machines of Core.</summary>
public sealed class StatesTests
{
    [Fact]
    public void Tickets_are_drawn_as_they_are() => Check("Ticket", TicketMachine.Table);

    [Fact]
    public void Jobs_are_drawn_as_they_are() => Check("Job", JobMachine.Table);

    [Fact]
    public void Landings_are_drawn_as_they_are() => Check("Landing", LandingMachine.Table);

    [Fact]
    public void Worktrees_are_drawn_as_they_are() => Check("Worktree", WorktreeMachine.Table);

    private static void Check<TState, TTrigger>(string machine, IReadOnlyList<(TState From, TTrigger Trigger, TState To)> table)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        var begin = $"<!-- {machine}: generated from the table in Core -->\n";
        var end = $"<!-- end of {machine} -->";
        var text = Repository.Read("docs/states.md");
        var from = text.IndexOf(begin, StringComparison.Ordinal);
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= 0 && to > from, $"docs/states.md has no section of {machine}.");

        Assert.Equal(Drawn(table), text[(from + begin.Length)..to]);
    }

    private static string Drawn<TState, TTrigger>(IReadOnlyList<(TState From, TTrigger Trigger, TState To)> table)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        foreach (var (from, trigger, to) in table)
        {
            text.Append("    ").Append(Word(from)).Append(" --> ").Append(Word(to)).Append(": ").Append(Word(trigger)).Append('\n');
        }

        foreach (var ended in Enum.GetValues<TState>().Where(state => table.All(row => !row.From.Equals(state))))
        {
            text.Append("    ").Append(Word(ended)).Append(" --> [*]\n");
        }

        text.Append("```\n\n| from | what happens | to |\n|---|---|---|\n");
        foreach (var (from, trigger, to) in table)
        {
            text.Append("| ").Append(Word(from)).Append(" | ").Append(Word(trigger)).Append(" | ").Append(Word(to)).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
