using System.Globalization;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using YamlDotNet.RepresentationModel;

namespace AutoBuild.Runner.Qa;

/// <summary>Reads the section <c>agent</c> of a recipe.</summary>
internal static class RecipeAgentReader
{
    private const int MostTurns = 10_000;

    internal static RecipeAgent Read(YamlNode node) => node is YamlScalarNode
        ? new RecipeAgent { Name = RecipeYaml.Text(node, "the name of an agent") }
        : RecipeYaml.Keys(node, "agent", "name", "model", "max_turns", "permission", "allow", "deny", "mcp").Aggregate(new RecipeAgent(), (made, key) => With(made, key.Key, key.Value));

    private static RecipeAgent With(RecipeAgent agent, string key, YamlNode value) => key switch
    {
        "name" => agent with { Name = RecipeYaml.Text(value, "the name of an agent") },
        "model" => agent with { Model = Model(value) },
        "max_turns" => agent with { MaxTurns = Turns(value) },
        "permission" => agent with { Permission = RecipeYaml.Word(value, "permission", Permissions) },
        "allow" => agent with { Allow = RecipeYaml.List(value, Rule) },
        "mcp" => agent with { Servers = RecipeServers.Read(value) },
        "deny" => agent with { Deny = RecipeYaml.List(value, Rule) },
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Keys were checked before."),
    };

    private static readonly Dictionary<string, AgentPermission> Permissions = Enum.GetValues<AgentPermission>().ToDictionary(SnakeCase.Of);

    private static string Rule(YamlNode node)
    {
        var rule = RecipeYaml.Text(node, "a rule");
        return AgentTerms.IsRule(rule) ? rule : throw new RecipeFault(node.Start.Line, $"expected {AgentTerms.Expected}, found '{rule}'.");
    }

    private static string Model(YamlNode node)
    {
        var name = RecipeYaml.Text(node, "the name of a model");
        return ModelName.IsValid(name) ? name : throw new RecipeFault(node.Start.Line, $"expected {ModelName.Expected}, found '{name}'.");
    }

    private static int Turns(YamlNode node)
    {
        var text = RecipeYaml.Text(node, "a number for 'max_turns'");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var turns) && turns is >= 1 and <= MostTurns
            ? turns
            : throw new RecipeFault(node.Start.Line, $"expected 'max_turns' to be a whole number from 1 to {MostTurns}, found '{text}'.");
    }
}
