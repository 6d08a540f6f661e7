using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Is what <see cref="AgentTerms"/> come to: what each command line puts into words of its own.</summary>
internal sealed record AgentReach
{
    private const string ShellRule = "shell";
    private const string CommandRule = "shell:";
    private const string WebRule = "web";

    private AgentReach()
    {
    }

    public required bool Edits { get; init; }

    /// <summary>Any command but the <see cref="Forbidden"/>.</summary>
    public required bool Shell { get; init; }

    /// <summary>Beginnings of the commands that it may run where <see cref="Shell"/> is false.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    /// <summary>Beginnings of the commands that it may not run, of those that it may.</summary>
    public required IReadOnlyList<string> Forbidden { get; init; }

    public required bool Web { get; init; }

    /// <summary>Nothing is kept from it.</summary>
    public bool IsFull => Edits && Shell && Web && Forbidden.Count == 0;

    public static AgentReach Of(AgentTerms terms)
    {
        bool May(string rule) => (terms.Permission == AgentPermission.Full || terms.Allow.Contains(rule)) && !terms.Deny.Contains(rule);
        var shell = May(ShellRule);
        var commands = shell || terms.Deny.Contains(ShellRule) ? [] : Beginnings(terms.Allow);
        return new AgentReach
        {
            Edits = terms.Permission != AgentPermission.Read,
            Shell = shell,
            Commands = commands,
            Forbidden = shell || commands.Count > 0 ? Beginnings(terms.Deny) : [],
            Web = May(WebRule),
        };
    }

    private static List<string> Beginnings(IReadOnlyList<string> rules) =>
        [.. rules.Where(rule => rule.StartsWith(CommandRule, StringComparison.Ordinal)).Select(rule => rule[CommandRule.Length..])];
}
