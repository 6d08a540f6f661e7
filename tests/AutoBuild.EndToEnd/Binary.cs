using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Starts the real binary with an environment, a home and a data directory of its own.</summary>
internal sealed class Binary : IAsyncDisposable
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "autobuild.dll");
    private static readonly string DotNet = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Folder { get; } = Directory.CreateTempSubdirectory("autobuild-e2e-").FullName;

    public string Data => Path.Combine(Folder, "data");

    /// <summary>Variables on top of those that every command gets; an empty value takes one away.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Runs a line of shell that starts the binary as "$@".</summary>
    public async Task<ChildResult> ShellAsync(string line, params string[] arguments)
    {
        var command = Command(arguments);
        return await ChildProcess.RunAsync(command with { FileName = "/bin/sh", Arguments = ["-c", line, "sh", DotNet, .. command.Arguments] }, null, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<ChildResult> RunAsync(params string[] arguments) =>
        await ChildProcess.RunAsync(Command(arguments), null, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Runs a command with <c>--json</c> and reads all of stdout as one object.</summary>
    public async Task<(int ExitCode, JsonObject Json)> JsonAsync(params string[] arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        return result.Output.Length == 0
            ? throw new InvalidOperationException($"Nothing on stdout, exit code {result.ExitCode}: {result.Error}")
            : (result.ExitCode, JsonNode.Parse(result.Output)!.AsObject());
    }

    /// <summary>Starts a command and completes the second task once its output holds a text.</summary>
    public (ChildProcess Process, Task Said) Start(string text, params string[] arguments)
    {
        var said = new TaskCompletionSource();
        var heard = new System.Text.StringBuilder();
        var process = ChildProcess.Start(Command(arguments), (chunk, _) =>
        {
            lock (heard)
            {
                if (heard.Append(System.Text.Encoding.UTF8.GetString(chunk.Span)).ToString().Contains(text, StringComparison.Ordinal))
                {
                    said.TrySetResult();
                }
            }
        });
        return (process, said.Task.WaitAsync(Patience));
    }

    /// <summary>Names the server that runs on the data directory now.</summary>
    public ProcessIdentity? Server() => File.Exists(Path.Combine(Data, "endpoints.json"))
        ? ProcessIdentity.Of((int)JsonNode.Parse(File.ReadAllText(Path.Combine(Data, "endpoints.json")))!["pid"]!)
        : null;

    public ValueTask DisposeAsync()
    {
        Server()?.Kill();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // A child of the killed server wrote one more file: once it is gone, so is the folder.
            Directory.Delete(Folder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Says how a command is started.</summary>
    public ChildCommand Command(params string[] arguments) => new(DotNet, [Assembly, .. arguments])
    {
        WorkingDirectory = Folder,
        Environment = Environ(),
        Grace = TimeSpan.FromSeconds(20),
    };

    private Dictionary<string, string> Environ()
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "",
            ["HOME"] = Folder,
            ["AUTOBUILD_DATA"] = Data,
            ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "",
            // A user's own configuration that would break every commit, were it read.
            ["GIT_CONFIG_GLOBAL"] = BadGitConfiguration(),
        };
        foreach (var (name, value) in Variables)
        {
            environment[name] = value;
        }

        return environment.Where(variable => variable.Value.Length > 0).ToDictionary();
    }

    private string BadGitConfiguration()
    {
        var file = Path.Combine(Folder, "gitconfig");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, "[commit]\n\tgpgSign = true\n[core]\n\thooksPath = /nonexistent\n[init]\n\tdefaultBranch = elsewhere\n[user]\n\tuseConfigOnly = true\n");
        }

        return file;
    }
}
