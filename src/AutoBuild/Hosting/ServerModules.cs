using AutoBuild.Core;

namespace AutoBuild.Hosting;

/// <summary>Lists the modules of a server, each with those it needs.</summary>
internal static class ServerModules
{
    public const string Orchestrator = "orchestrator";
    public const string Memory = "memory";
    private const string All = "all";

    private static readonly Dictionary<string, string[]> Needs = new() { [Orchestrator] = [], [Memory] = [] };

    private static readonly string[] Planned = ["web"];

    /// <summary>Returns the modules to start, in order; throws <c>wrong_use</c> for a name that is none.</summary>
    /// <param name="target"><c>all</c>, or names with commas between.</param>
    public static IReadOnlyList<string> Resolve(string target)
    {
        var order = new List<string>();
        foreach (var name in target.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var module in name == All ? [.. Needs.Keys] : new[] { name })
            {
                Add(module, order);
            }
        }

        return order.Count > 0 ? order : throw WrongUse("--target names no module");
    }

    private static void Add(string module, List<string> order)
    {
        if (!Needs.TryGetValue(module, out var needs))
        {
            throw WrongUse(Planned.Contains(module) ? $"This version has no module '{module}' yet" : $"There is no module '{module}'");
        }

        if (order.Contains(module))
        {
            return;
        }

        foreach (var needed in needs)
        {
            Add(needed, order);
        }

        order.Add(module);
    }

    private static AutoBuildException WrongUse(string what) => new("wrong_use", $"{what}; --target takes {All} or {string.Join(", ", Needs.Keys)}.");
}
