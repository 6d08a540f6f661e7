using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Runs;

/// <summary>Is one runner process and its folder: told things by control lines, heard by its report.</summary>
/// <param name="Process">Null where none was recorded.</param>
/// <param name="Marker">The variable's value that all its processes carry.</param>
public sealed record Run(RunFolder Folder, ProcessIdentity? Process, string Marker)
{
    /// <summary>Writes spec, first renewal and what was said before, starts the runner, records its identity.</summary>
    public static async Task<Run> StartAsync(RunFolder folder, RunSpec spec, IRunLauncher launcher, DateTimeOffset now, IReadOnlyList<string>? messages = null)
    {
        Directory.CreateDirectory(folder.Path);
        Directory.CreateDirectory(spec.Tree.Home);
        Directory.CreateDirectory(spec.Tree.Temp);
        File.WriteAllText(folder.Spec, CoreJson.Write(spec));
        Append(folder, new RunControl(RunControlKind.Renew, now));
        foreach (var message in messages ?? [])
        {
            Append(folder, new RunControl(RunControlKind.Message, now, message));
        }

        var process = launcher.Start(folder, spec);
        try
        {
            var draft = folder.Process + ".new";
            File.WriteAllText(draft, JsonSerializer.Serialize(process, RunJson.Default.ProcessIdentity));
            File.Move(draft, folder.Process, overwrite: true);
        }
        catch
        {
            // A runner that nobody could find again must not live on.
            process.Kill();
            await ProcessSweep.KillAsync(spec.JobId.ToString());
            throw;
        }

        return new Run(folder, process, spec.JobId.ToString());
    }

    /// <summary>Finds a run that an earlier server started.</summary>
    public static Run Find(RunFolder folder, Guid job) => new(folder, ReadProcess(folder), job.ToString());

    public bool IsAlive => Process?.IsAlive() ?? false;

    /// <summary>The report, once it is there. An unreadable one is a report of an error.</summary>
    public RunReport? ReadReport()
    {
        // Asked often, and mostly in vain; it comes by rename, so it is whole where it is there.
        if (!File.Exists(Folder.Report))
        {
            return null;
        }

        try
        {
            return CoreJson.Read<RunReport>(File.ReadAllText(Folder.Report));
        }
        catch (AutoBuildException fault)
        {
            return new RunReport
            {
                JobId = Guid.Parse(Marker),
                Attempt = 0,
                Outcome = RunOutcome.AgentError,
                Error = new RunError("report_invalid", fault.Message),
            };
        }
    }

    /// <summary>Appends a control line, whole and at once.</summary>
    public void Tell(RunControlKind kind, DateTimeOffset now, string? text = null) => Append(Folder, new RunControl(kind, now, text));

    /// <summary>Ends the runner and everything of it; false where something could not be killed within some 10 s.</summary>
    public Task<bool> KillAsync() => ProcessSweep.EndAsync(Process, Marker, Folder.Unmarked);

    private static void Append(RunFolder folder, RunControl control)
    {
        var line = Encoding.UTF8.GetBytes(CoreJson.Write(control) + "\n");
        using var file = new FileStream(folder.Control, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var end = file.Length;
        try
        {
            file.Write(line);
        }
        catch (IOException)
        {
            // Half a line would spoil the next.
            file.SetLength(end);
            throw;
        }
    }

    private static ProcessIdentity? ReadProcess(RunFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(folder.Process), RunJson.Default.ProcessIdentity);
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(ProcessIdentity))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class RunJson : JsonSerializerContext;
