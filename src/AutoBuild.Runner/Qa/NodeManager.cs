using System.Text.Json;

namespace AutoBuild.Runner.Qa;

/// <summary>Is how one package manager of Node installs and runs scripts.</summary>
/// <param name="Lockfile">The lockfile that is there; null where there is none.</param>
/// <param name="Install">Never writes a lockfile that isn't there, and fails where one doesn't fit, except yarn 2+ without a lockfile, which always writes one.</param>
internal sealed record NodeManager(string Name, string? Lockfile, string Install)
{
    private static readonly (string File, string Name)[] s_lockfiles =
        [("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock", "bun"), ("bun.lockb", "bun"), ("package-lock.json", "npm"), ("npm-shrinkwrap.json", "npm")];

    internal string Test => Name == "bun" ? "bun run test" : $"{Name} test";

    internal string Run(string script) => $"{Name} run {script}";

    /// <summary>Runs a program of the dependencies, without fetching it from the network.</summary>
    internal string Execute(string program) => Name switch
    {
        "pnpm" => $"pnpm exec {program}",
        "yarn" => $"yarn run {program}",
        "bun" => $"bun run {program}",
        _ => $"npx --no-install {program}",
    };

    /// <summary>Goes by <c>packageManager</c>, else by the lockfile (pnpm, yarn, bun, npm in this order), else npm.</summary>
    internal static NodeManager Of(ProjectFolder folder, JsonElement package)
    {
        var named = package.TryGetProperty("packageManager", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var name = named.Split('@')[0] is "npm" or "pnpm" or "yarn" or "bun" ? named.Split('@')[0]
            : s_lockfiles.FirstOrDefault(lockfile => folder.Has(lockfile.File)).Name ?? "npm";
        var lockfile = s_lockfiles.Where(entry => entry.Name == name).Select(entry => entry.File).FirstOrDefault(folder.Has);
        return new(name, lockfile, InstallOf(name, lockfile, name == "yarn" && IsBerry(folder, named)));
    }

    private static string InstallOf(string name, string? lockfile, bool berry) => (name, lockfile, berry) switch
    {
        ("pnpm", null, _) => "pnpm install --no-lockfile",
        ("pnpm", _, _) => "pnpm install --frozen-lockfile",
        ("yarn", null, true) => "yarn install --no-immutable",
        ("yarn", _, true) => "yarn install --immutable",
        ("yarn", null, false) => "yarn install --non-interactive --no-lockfile",
        ("yarn", _, false) => "yarn install --non-interactive --frozen-lockfile",
        ("bun", null, _) => "bun install --no-save",
        ("bun", _, _) => "bun install --frozen-lockfile",
        (_, null, _) => "npm install --no-package-lock --no-audit --no-fund",
        _ => "npm ci --no-audit --no-fund",
    };

    private static bool IsBerry(ProjectFolder folder, string named) =>
        named.StartsWith("yarn@", StringComparison.Ordinal) ? !named.StartsWith("yarn@1.", StringComparison.Ordinal)
        : folder.Has(".yarnrc.yml") || folder.Read("yarn.lock").Contains("__metadata:", StringComparison.Ordinal);
}
