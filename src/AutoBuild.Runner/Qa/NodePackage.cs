using System.Text.Json;

namespace AutoBuild.Runner.Qa;

/// <summary>Is what a <c>package.json</c> says about its project.</summary>
internal sealed record NodePackage(ProjectFolder Folder, JsonElement Json)
{
    private const string Placeholder = "no test specified";
    private const int Depth = 3;

    private static readonly string[] Dependencies = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

    internal string? Manager => Text(Json, "packageManager");

    internal bool HasDependencies => Dependencies.Any(kind => Members(kind).Count > 0);

    internal bool IsWorkspace => Json.TryGetProperty("workspaces", out _) || Folder.Has("pnpm-workspace.yaml");

    /// <summary>The packages of the workspace, with those that only lie in the same folders.</summary>
    internal IEnumerable<NodePackage> Packages => IsWorkspace
        ? Folder.Files(Depth, "package.json").Where(file => file != "package.json")
            .Select(file => In(Folder with { Name = Path.Combine(Folder.Name, Path.GetDirectoryName(file)!) })).OfType<NodePackage>()
        : [];

    internal static NodePackage? In(ProjectFolder folder) => folder.ReadJson("package.json") is { } json ? new(folder, json) : null;

    internal bool DependsOn(string package) => Dependencies.Any(kind => Members(kind).Any(entry => entry.Name == package));

    /// <summary>Returns a script's text; null where it is missing, empty, or what <c>npm init</c> puts there.</summary>
    internal string? Script(string name) =>
        Json.TryGetProperty("scripts", out var scripts) && Text(scripts, name) is { } text
        && text.Trim().Length > 0 && !text.Contains(Placeholder, StringComparison.Ordinal) ? text : null;

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private List<JsonProperty> Members(string name) =>
        Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject()] : [];
}
