using System.Runtime.CompilerServices;
using System.Text;

namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Holds the table at the end of <c>docs/agents.md</c> against the cases there are.</summary>
public sealed class AgentTableTests
{
    private const string Title = "## What was tried with the real ones\n";

    private const string Head = """

        The command lines themselves, in the versions above, with a real server, runner and repository, against a scripted model.
        **yes**: at every `./test`; yes: at `./test --long`; else why not.
        Written from the cases themselves; a test fails when it is not what they are (`UPDATE_DOCS=1` on that test writes it anew).


        """;

    [Fact]
    public void The_table_is_what_is_tried()
    {
        var file = Path.Combine(Root(), "docs", "agents.md");
        var text = File.ReadAllText(file);
        var written = text[..(text.IndexOf(Title, StringComparison.Ordinal) + Title.Length)] + Head + Table();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, written);
        }

        Assert.Equal(written, File.ReadAllText(file));
    }

    private static string Table()
    {
        var text = new StringBuilder($"| what | {string.Join(" | ", AgentProgram.All)} |\n|---|{string.Concat(AgentProgram.All.Select(_ => "---|"))}\n");
        foreach (var one in AgentMatrix.Cases)
        {
            text.Append($"| {one.Name} | {string.Join(" | ", AgentProgram.All.Select(agent => Cell(one, agent)))} |\n");
        }

        return text.ToString();
    }

    private static string Cell(AgentCase one, AgentProgram agent) =>
        one.Not.TryGetValue(agent, out var reason) ? reason : one.Quick.Contains(agent) ? "**yes**" : "yes";

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
