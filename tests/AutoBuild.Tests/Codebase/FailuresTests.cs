using System.Text.RegularExpressions;
using AutoBuild.Core.Json;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Tests.Codebase;

/// <summary>Holds the table "When a turn fails" of docs/agents.md against the rules of the code.</summary>
public sealed partial class FailuresTests
{
    [Fact]
    public void Every_class_has_its_row()
    {
        var rules = Enum.GetValues<AgentFailure>().Select(failure => (Failure: failure, Rule: AgentDecision.RuleOf(failure)));

        Assert.Equal(
            rules.Select(row => (SnakeCase.Of(row.Failure), row.Rule.Code, SnakeCase.Of(row.Rule.Follows))),
            Rows().Matches(Repository.Read("docs/agents.md")).Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value)));
    }

    [GeneratedRegex(@"^\| ([a-z_]+) \| `([a-z_]+)` \| (wait|retry|stop|ask) \| .+ \| .+ \|$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
