using System.Text.Json;

namespace AutoBuild.Runner.Qa;

/// <summary>Compares <c>node_modules</c>, whoever installed it, with the lockfile.</summary>
internal static class NodeModules
{
    private static readonly string[] Dependencies = ["dependencies", "devDependencies", "optionalDependencies"];
    private static readonly string[] Optional = ["optional", "devOptional", "peer"];

    internal static bool Fit(string folder, NodeManager manager) => manager switch
    {
        { Name: "npm", Lockfile: { } lockfile } => FitNpm(folder, lockfile),
        { Name: "pnpm", Lockfile: { } lockfile } => FitPnpm(folder, lockfile),
        _ => false,
    };

    // npm leaves beside the packages a lockfile of what it installed; optional packages may be missing there.
    private static bool FitNpm(string folder, string lockfile)
    {
        try
        {
            using var wanted = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, lockfile)));
            using var present = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "node_modules", ".package-lock.json")));
            var installed = Packages(present).ToDictionary(entry => entry.Name, entry => Identity(entry.Value));
            var named = Packages(wanted).Where(entry => entry.Name.Length > 0).ToList();
            return ListsWhatPackageAsksFor(folder, wanted)
                && named.All(entry => installed.TryGetValue(entry.Name, out var identity) ? identity == Identity(entry.Value) : IsOptional(entry.Value))
                && installed.Keys.All(named.Select(entry => entry.Name).ToHashSet().Contains);
        }
        catch (Exception fault) when (fault is IOException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    // npm ci refuses a lockfile that lags behind package.json; so must we, by letting it run.
    private static bool ListsWhatPackageAsksFor(string folder, JsonDocument wanted)
    {
        using var package = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "package.json")));
        var locked = Packages(wanted).FirstOrDefault(entry => entry.Name.Length == 0).Value;
        return locked.ValueKind == JsonValueKind.Object
            && Dependencies.All(kind => Ranges(package.RootElement, kind) == Ranges(locked, kind));
    }

    private static string Ranges(JsonElement owner, string kind) => owner.TryGetProperty(kind, out var list)
        ? string.Join('\n', list.EnumerateObject().Select(entry => $"{entry.Name}@{entry.Value}").Order(StringComparer.Ordinal))
        : "";

    private static List<JsonProperty> Packages(JsonDocument lockfile) =>
        lockfile.RootElement.TryGetProperty("packages", out var packages) ? [.. packages.EnumerateObject()] : [];

    private static string Identity(JsonElement package) => $"{Member(package, "version")} {Member(package, "integrity")} {Member(package, "link")}";

    private static string Member(JsonElement package, string name) => package.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static bool IsOptional(JsonElement package) =>
        Optional.Any(kind => package.TryGetProperty(kind, out var value) && value.ValueKind == JsonValueKind.True);

    // pnpm keeps a copy of the lockfile that it installed from.
    private static bool FitPnpm(string folder, string lockfile)
    {
        try
        {
            var installed = File.ReadAllBytes(Path.Combine(folder, "node_modules", ".pnpm", "lock.yaml"));
            return installed.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, lockfile)));
        }
        catch (IOException)
        {
            return false;
        }
    }
}
