using System.Runtime.InteropServices;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Qa;

/// <summary>Names what a result depends on beside tree and plan: the system, and which file stands behind each tool.</summary>
/// <remarks>Asking each tool for its version would cost a second; an upgrade changes the file's size or time, or where its link leads.</remarks>
internal static class MachineImage
{
    private static readonly Dictionary<string, string[]> Interpreters = new()
    {
        ["npm"] = ["node"], ["npx"] = ["node"], ["pnpm"] = ["node"], ["yarn"] = ["node"],
        ["python"] = ["python3"], ["poetry"] = ["python3"], ["uv"] = ["python3"], ["pytest"] = ["python3"], ["mypy"] = ["python3"],
        ["mvn"] = ["java"], ["gradle"] = ["java"], ["cargo"] = ["rustc", "cc"], ["make"] = ["cc", "python3", "node"],
    };

    internal static string Of(IEnumerable<string> tools, string path)
    {
        var names = tools.SelectMany(tool => Interpreters.GetValueOrDefault(tool, []).Append(tool)).Distinct().Order(StringComparer.Ordinal);
        return string.Join('\n', names.Select(name => $"{name} {Stamp(Executable.Find(name, path))}")
            .Prepend($"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}"));
    }

    private static string Stamp(string? file)
    {
        if (file is null)
        {
            return "-";
        }
        var target = new FileInfo(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file);
        // A shim of pyenv, nodenv and the like stays as it is when the version behind it changes.
        var chosen = Path.Combine(Path.GetDirectoryName(file)!, "..", "version");
        var version = Path.GetFileName(Path.GetDirectoryName(file)) == "shims" && File.Exists(chosen) ? File.ReadAllText(chosen).Trim() : "";
        return target.Exists ? $"{target.FullName} {target.Length} {target.LastWriteTimeUtc.Ticks} {version}" : "-";
    }
}
