using AutoBuild.Commands;
using AutoBuild.Tests.Api;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Cli;

public sealed class CompletionTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("autobuild jo", "job")]
    [InlineData("autobuild job l", "list", "logs", "land")]
    [InlineData("/usr/bin/autobuild job can", "cancel")]
    [InlineData("autobuild job list --st", "--status")]
    [InlineData("autobuild job list --status r", "running")]
    [InlineData("autobuild job list --status=r", "--status=running")]
    [InlineData("autobuild ticket add x --priority c", "critical")]
    [InlineData("autobuild ticket move 1f3a9c42 b", "backlog")]
    [InlineData("autobuild completion z", "zsh")]
    [InlineData("autobuild events --kind job", "job.changed")]
    [InlineData("autobuild usage --by ", "agent", "day", "model", "project", "ticket")]
    [InlineData("autobuild xylophone ")]
    public void A_line_goes_on(string typed, params string[] words) =>
        Assert.Equal(words.Order(), Suggest.Find(typed).Select(found => found.InsertText ?? found.Label).Order());

    [Fact]
    public void A_word_tells_what_it_is() =>
        Assert.Equal("Shows a job with the evidence of its checks.", Suggest.Find("autobuild job show").Single().Detail);

    [Fact]
    public async Task Ids_and_names_come_from_the_server_that_runs()
    {
        ServerWords.Patience = TimeSpan.FromSeconds(20);
        var job = await server.MakeJobAsync();

        Assert.Contains(Plain.Id(job), Words($"autobuild job show {Where} "));
        Assert.Equal(["shared"], Words($"autobuild project show {Where} s"));
        Assert.Contains(Plain.Id(job), Words($"autobuild landing list {Where} --job "));
        Assert.Empty(Words($"autobuild job show --data {server.Data}/none "));
    }

    /// <summary>Loads the script in a real bash, which asks the real program.</summary>
    [Theory]
    [InlineData("autobuild job lo", "logs")]
    [InlineData("autobuild job list --status r", "running")]
    [InlineData("autobuild job list --status=r", "running")]
    [InlineData("autobuild ticket list --lim", "--limit")]
    public async Task Bash_completes(string typed, string word)
    {
        using var folder = new TempFolder();
        File.SetUnixFileMode(folder.Write("autobuild", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "autobuild.dll")}' \"$@\"\n"), (UnixFileMode)0b111_000_000);
        var script = $$"""
            PATH="{{folder.Path}}:$PATH"
            source <(autobuild completion bash) && complete -p autobuild
            COMP_LINE='{{typed}}' COMP_POINT={{typed.Length}} COMP_WORDS=({{typed}}) COMP_CWORD={{typed.Count(letter => letter == ' ')}}
            _autobuild
            printf '%s\n' "${COMPREPLY[@]}"
            """;

        var bash = await ChildProcess.RunAsync(new ChildCommand("bash", ["-uc", script]), null, TestContext.Current.CancellationToken);

        Assert.Equal($"complete -o default -F _autobuild autobuild\n{word}\n", bash.Output);
        Assert.Empty(bash.Error);
    }

    [Theory]
    [InlineData("zsh", "-n")]
    [InlineData("fish", "--no-execute")]
    [InlineData("bash", "-n")]
    public async Task The_script_is_one_of_its_shell(string shell, string check)
    {
        using var folder = new TempFolder();
        var script = folder.Write("script", (await TypedCommand.RunAsync("completion", shell)).Out);
        var path = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(place => Path.Combine(place, shell)).FirstOrDefault(File.Exists);
        Assert.SkipUnless(path is not null, $"{shell} is not installed.");

        var checkedBy = await ChildProcess.RunAsync(new ChildCommand(path, [check, script]), null, TestContext.Current.CancellationToken);

        Assert.True(checkedBy.Succeeded, checkedBy.Error);
    }

    private string Where => $"--data {server.Data} --token {ApiServer.Viewer}";

    private static IEnumerable<string> Words(string typed) => Suggest.Find(typed).Select(found => found.Label);
}
