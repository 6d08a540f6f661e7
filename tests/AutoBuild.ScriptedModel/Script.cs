using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AutoBuild.ScriptedModel;

/// <summary>Answers the requests of one agent, step by step.</summary>
internal sealed partial class Script
{
    private readonly Lock _taking = new();
    private readonly List<JsonObject> _steps;
    private readonly JsonObject _variables;
    private readonly string _sideText;
    private readonly string? _when;
    private readonly bool _plain;

    public Script(JsonObject script)
    {
        _steps = [.. (script["steps"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(step => Enumerable.Repeat(step, (int?)step["times"] ?? 1))];
        _variables = script["vars"] as JsonObject ?? [];
        _sideText = (string?)script["side_text"] ?? "ok";
        _when = (string?)script["when"];
        _plain = (bool?)script["plain"] ?? false;
    }

    public int Count => _steps.Count;

    public int Next { get; private set; }

    /// <summary>Tells whether a request that names no script is for this one.</summary>
    public bool IsMeantBy(string said) => _when is not null && said.Contains(_when, StringComparison.Ordinal);

    /// <summary>Reads a file of one script, named <c>default</c>, or of several.</summary>
    public static Dictionary<string, Script> Several(JsonObject file) => file["sessions"] is JsonObject named
        ? named.ToDictionary(one => one.Key, one => new Script(one.Value!.AsObject()))
        : new() { ["default"] = new Script(file) };

    /// <summary>Takes the next step; a request that offers no tools takes none, unless the script is for plain requests.</summary>
    /// <param name="said">All texts of the request: the agents tell the model their working directory.</param>
    public (JsonObject Step, int? Number) Take(bool ofAgent, string said)
    {
        if (!ofAgent && !_plain)
        {
            return (new JsonObject { ["text"] = _sideText }, null);
        }

        lock (_taking)
        {
            var number = Next++;
            var step = number < _steps.Count ? _steps[number] : new JsonObject { ["text"] = "done" };
            return (Filled(step, Variables(said))!.AsObject(), number);
        }
    }

    private Dictionary<string, string> Variables(string said)
    {
        var variables = _variables.ToDictionary(one => one.Key, one => one.Value!.ToString());
        if (WorkingDirectory().Match(said) is { Success: true } found)
        {
            variables.TryAdd("cwd", found.Groups.Values.Skip(1).First(group => group.Success).Value.Trim());
        }

        return variables;
    }

    private static JsonNode? Filled(JsonNode? value, Dictionary<string, string> variables) => value switch
    {
        JsonObject members => new JsonObject(members.Select(one => KeyValuePair.Create(one.Key, Filled(one.Value, variables)))),
        JsonArray items => new JsonArray([.. items.Select(one => Filled(one, variables))]),
        JsonValue one when one.TryGetValue(out string? text) => Variable().Replace(text, match => variables.GetValueOrDefault(match.Groups[1].Value, match.Value)),
        var other => other?.DeepClone(),
    };

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Variable();

    // As Codex, Claude Code and OpenCode, Claude Code without its extras, Qwen Code, and Gemini CLI say it.
    [GeneratedRegex(@"<cwd>([^<]+)</cwd>|[Ww]orking directory: *([^\n""\\]+)|\bCWD: *([^\n""\\]+)|working in the directory: *([^\n""\\]+)|Workspace Directories:\*\*\n *- ([^\n]+)")]
    private static partial Regex WorkingDirectory();
}
