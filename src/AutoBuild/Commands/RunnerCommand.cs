using System.Runtime.InteropServices;
using System.Text;
using AutoBuild.Core.Runs;
using AutoBuild.Runner;
using AutoBuild.Runner.Scripted;
using AutoBuild.Workspaces;

namespace AutoBuild.Commands;

/// <summary>Runs what a launcher starts: one attempt, or the scripted agent within one. Touches neither ASP.NET nor the command line parser.</summary>
internal static class RunnerCommand
{
    /// <param name="options">What stands behind the spec: whether secrets come on standard input, whether to do without namespaces, and what its server found out about isolation here.</param>
    public static async Task<int> RunAsync(string specFile, IReadOnlyCollection<string> options)
    {
        Orphans.Adopt();
        if (options.FirstOrDefault(option => option.StartsWith(ProcessIsolation.Argument, StringComparison.Ordinal)) is { } isolation)
        {
            ProcessIsolation.Take(isolation[ProcessIsolation.Argument.Length..]);
        }
        // Where memory runs out, an agent goes first, then its runner, and the server last.
        OutOfMemory.Offer(500);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var host = new RunnerHost
        {
            Environment = OwnEnvironment.Read(),
            Self = Self(),
            Secrets = options.Contains(RunSecrets.Argument) ? Secrets() : new Dictionary<string, string>(),
            Confinement = options.Contains("--sweep") ? Confinement.Sweep : Confinement.Namespace,
            Complain = Console.Error.WriteLine,
        };
        return await RunnerProcess.RunAsync(specFile, host, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    public static async Task<int> ScriptedAgentAsync()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var input = new StreamReader(Console.OpenStandardInput(), utf8, detectEncodingFromByteOrderMarks: false);
        await using var output = new StreamWriter(Console.OpenStandardOutput(), utf8);
        return await ScriptedAgentProgram.RunAsync(input, output, Environment.CurrentDirectory, OwnEnvironment.Read());
    }

    /// <summary>The argv that starts this binary again.</summary>
    public static IReadOnlyList<string> Self() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? [path, Path.Combine(AppContext.BaseDirectory, "autobuild.dll")]
            : [Environment.ProcessPath ?? "autobuild"];

    private static IReadOnlyDictionary<string, string>? Secrets()
    {
        using var input = Console.OpenStandardInput();
        return RunSecrets.Read(input);
    }
}
