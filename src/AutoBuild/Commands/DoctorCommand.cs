using System.Text.Json.Nodes;
using AutoBuild.Client;
using AutoBuild.Core;
using AutoBuild.LanguageModels;
using AutoBuild.Runner.Agents;
using AutoBuild.Workspaces;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild doctor</c>: what is missing on this machine.</summary>
internal static class DoctorCommand
{
    private const long LeastDisk = 1_000_000_000;

    /// <summary>What checks of common projects are run with.</summary>
    private static readonly string[] Languages = ["node", "python3", "go", "cargo", "dotnet", "java"];

    /// <param name="Status">ok, missing (required) or optional (missing, and only some need it).</param>
    private sealed record Finding(string Name, string Status, string Detail);

    public static Verb Create() => new Verb("doctor", "Says what is missing on this machine, and what to do about it.",
        "autobuild doctor", async call =>
    {
        var findings = new List<Finding> { await GitAsync(), Tool(call, "sh", required: true, "runs the checks"), Tool(call, "setsid", required: true, "gives each agent a session of its own; part of util-linux"), Isolation() };
        findings.AddRange([Data(call), Disk(call), await ServerAsync(call), Model(call)]);
        findings.AddRange(AgentProgram.BuiltIn.Select(agent => Tool(call, agent.Program, required: false, $"a coding agent: {agent.Install}")));
        findings.AddRange(Languages.Select(name => Tool(call, name, required: false, "only for projects that are checked with it")));
        return Print(call, findings);
    }).PrintsData();

    private static int Print(Call call, IReadOnlyList<Finding> findings)
    {
        var sound = findings.All(finding => finding.Status != "missing");
        var list = new JsonArray([.. findings.Select(finding => new JsonObject { ["name"] = finding.Name, ["status"] = finding.Status, ["detail"] = finding.Detail })]);
        call.Print(new JsonObject { ["ok"] = sound, ["findings"] = list }, () =>
        {
            Tables.Show(call, ["what", "status", "detail"], [.. findings.Select(finding => (string[])[finding.Name, finding.Status, finding.Detail])], "");
            call.Say(sound ? "Nothing that is required is missing." : "Something that is required is missing.");
        });
        return sound ? ExitCode.Done : ExitCode.Broken;
    }

    private static async Task<Finding> GitAsync()
    {
        try
        {
            var version = await Git.VersionAsync();
            return version >= Git.Least
                ? new Finding("git", "ok", $"{version}")
                : new Finding("git", "missing", $"{version} is too old: install {Git.Least} or newer");
        }
        catch (WorkspaceException fault)
        {
            return new Finding("git", "missing", fault.Message);
        }
    }

    private static Finding Isolation() => ProcessIsolation.NamespacesWork
        ? new Finding("process namespaces", "ok", ProcessIsolation.Describe())
        : new Finding("process namespaces", "optional", ProcessIsolation.Describe());

    private static Finding Tool(Call call, string name, bool required, string what) => Executable.Find(name, call.Terminal.Variable("PATH") ?? "") is { } path
        ? new Finding(name, "ok", path)
        : new Finding(name, required ? "missing" : "optional", $"not on PATH; {what}");

    private static Finding Data(Call call)
    {
        var path = call.Data.Path;
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".probe-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new Finding("data directory", "ok", path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new Finding("data directory", "missing", $"{path} can't be written: {fault.Message} Name another with --data");
        }
    }

    private static Finding Disk(Call call)
    {
        var directory = call.Data.Path;
        while (!Directory.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory) ?? "/";
        }

        var free = new DriveInfo(directory).AvailableFreeSpace;
        return free >= LeastDisk
            ? new Finding("disk", "ok", $"{WorktreeCommands.Size(free)} free")
            : new Finding("disk", "missing", $"only {WorktreeCommands.Size(free)} free at {directory}; worktrees need at least {WorktreeCommands.Size(LeastDisk)}");
    }

    private static Finding Model(Call call)
    {
        try
        {
            var model = MergeModel.Of(call.LoadSettings());
            return new Finding("model for conflicts", model.Name is null ? "optional" : "ok", model.Says);
        }
        catch (AutoBuildException fault)
        {
            return new Finding("model for conflicts", "missing", fault.Message);
        }
    }

    private static async Task<Finding> ServerAsync(Call call) => await new ServerProcess(call.Data, call.ConfigFile, call.Terminal.Time).FindAsync(call.Cancel) is { } found
        ? new Finding("server", "ok", $"answers at {found.Address}")
        : new Finding("server", "optional", "none runs; a command starts one for as long as it needs it");
}
