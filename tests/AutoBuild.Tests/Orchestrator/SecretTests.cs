using System.Security.Cryptography;
using System.Text;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Follows a secret from the server to the agent, and looks that it stands nowhere on the way.</summary>
public sealed class SecretTests : IDisposable
{
    // Variables belong to the whole process, so each test has names of its own.
    private readonly string _name = $"AUTOBUILD_TEST_SECRET_{Guid.NewGuid():N}";
    private readonly string _value = $"sécret/{Guid.NewGuid():N}+\"\\ end";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public SecretTests() => Environment.SetEnvironmentVariable(_name, _value);

    public void Dispose() => Environment.SetEnvironmentVariable(_name, null);

    [Fact]
    public async Task It_reaches_the_agent_and_no_file_of_the_data_directory()
    {
        await using var bench = await StartAsync();
        await bench.CommitAsync("check.sh", $"test -z \"${_name}\" || exit 9\ntest ! -e shown.txt || {{ cat shown.txt; false; }}\n");
        await bench.CommitAsync(".autobuild.yaml", "qa: [{name: test, command: sh check.sh}]\n");
        var project = await bench.AddProjectAsync();
        var script = $$$"""
            run {{{Arrived}}} && echo arrived
            run printf %s "${{{_name}}}" > shown.txt; printf '%s\n' "${{{_name}}}"; printf %s "${{{_name}}}" | base64 -w0; echo
            print {{{{{_name}}}}}
            tool {{{{{_name}}}}} {{{{{_name}}}}}
            session {{{{{_name}}}}}
            """;
        var job = await SubmitAsync(bench, project, script);

        var ended = await bench.EndAsync(job);

        await bench.StopServerAsync();
        Assert.Equal(QaVerdict.Failed, ended.Qa!.Verdict);
        var log = await File.ReadAllTextAsync(new RunFolder(RunFolder.Of(bench.Data, job.Id, 1).Path).AgentLog, Cancel);
        Assert.Contains("arrived", log, StringComparison.Ordinal);
        Assert.Contains("***", log, StringComparison.Ordinal);
        // Commits are the agent's own work, stored by git as they are.
        string[] work = ["/repositories/", "/worktrees/"];
        Assert.DoesNotContain(Holding(bench.Data, _value), file => !work.Any(part => file.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_runner_has_it_neither_in_its_arguments_nor_in_its_environment_and_keeps_it_under_a_new_server()
    {
        await using var bench = await StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await SubmitAsync(bench, project, $"run while [ ! -e go ]; do sleep 0.05; done; {Arrived} && echo yes > kept.txt\n");
        await bench.UntilAsync(job.Id, found => found.Phase == RunPhase.Agent);
        var runner = Run.Find(bench.Get<RunSpecs>().FolderOf(job.Id, 1), job.Id).Process!;
        var tree = Assert.Single(await bench.Store.ListWorktreesAsync(project.Id, Cancel)).Path;

        foreach (var file in (string[])["cmdline", "environ"])
        {
            Assert.DoesNotContain(_value, Encoding.UTF8.GetString(await File.ReadAllBytesAsync($"/proc/{runner.Pid}/{file}", Cancel)), StringComparison.Ordinal);
        }
        await bench.StopServerAsync();
        Environment.SetEnvironmentVariable(_name, null);
        await bench.StartServerAsync();
        await File.WriteAllTextAsync(Path.Combine(tree, "go"), "", Cancel);

        var ended = await bench.EndAsync(job);
        Assert.Equal("yes\n", await bench.ReadAsync(project, ended.HeadCommit!, "kept.txt"));
    }

    [Fact]
    public async Task A_retry_gets_it_anew_and_a_missing_one_is_said()
    {
        await using var bench = await StartAsync();
        var project = await bench.AddProjectAsync();
        var job = await bench.EndAsync(await SubmitAsync(bench, project, $"run printf %s \"${{{_name}-none}}\" | wc -c > length.txt\n"));
        Environment.SetEnvironmentVariable(_name, null);

        var retry = await bench.EndAsync((await bench.Get<Submission>().RetryAsync(job.Id, null, null, Cancel)).OrThrow().Value);

        Assert.Equal($"{Encoding.UTF8.GetByteCount(_value)}\n", await bench.ReadAsync(project, job.HeadCommit!, "length.txt"));
        Assert.Equal("4\n", await bench.ReadAsync(project, retry.HeadCommit!, "length.txt"));
        Assert.Contains($"the secret {_name}, but the server has no such variable", await File.ReadAllTextAsync(RunFolder.Of(bench.Data, retry.Id, 1).Events, Cancel), StringComparison.Ordinal);
    }

    // The value itself would stand in the script, which is kept as it is.
    private string Arrived => $"printf %s \"${_name}\" | sha256sum | grep -qi {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(_value)))}";

    private Task<Bench> StartAsync() => Bench.StartAsync(options => options with
    {
        RunnerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "autobuild.dll")],
        Agents = options.Agents with { Secrets = [_name] },
        FixRounds = 1,
    });

    private static Task<Job> SubmitAsync(Bench bench, Project project, string script) =>
        bench.SubmitAsync(project, "follow the script", job => job with { Agent = "scripted", AgentCommand = null, AgentScript = script });

    private static IEnumerable<string> Holding(string folder, string secret)
    {
        byte[][] forms = [.. ((string[])[secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Uri.EscapeDataString(secret), System.Text.Json.JsonSerializer.Serialize(secret).Trim('"')]).Select(Encoding.UTF8.GetBytes)];
        return Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(file => File.ReadAllBytes(file) is var bytes && forms.Any(form => bytes.AsSpan().IndexOf(form) >= 0));
    }
}
