using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd;

/// <summary>Starts and stops the real server where the machine is not as it should be.</summary>
public sealed class DoorTests
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task NothingIsOpenToOthersEvenWhereFilesUsuallyAre()
    {
        await using var binary = new Binary();
        var shown = await binary.ShellAsync("umask 0; exec \"$@\"", "queue", "show");

        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(binary.Data) & Others);
        Assert.All([.. Directory.GetFiles(binary.Data, "token*"), Path.Combine(binary.Data, "endpoints.json"), Path.Combine(binary.Data, "logs", "server.log")],
            file => Assert.Equal((file, UnixFileMode.None), (file, File.GetUnixFileMode(file) & Others)));
        var token = (await File.ReadAllTextAsync(Path.Combine(binary.Data, "token"), TestContext.Current.CancellationToken)).Trim();
        var pid = binary.Server()!.Pid;
        Assert.SkipUnless(File.Exists($"/proc/{pid}/cmdline"), "There is no /proc here.");
        Assert.DoesNotContain(token, await File.ReadAllTextAsync($"/proc/{pid}/cmdline", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain(token, await File.ReadAllTextAsync($"/proc/{pid}/environ", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APortInUseIsOneSentence()
    {
        await using var binary = new Binary();
        using var other = new TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var up = await binary.RunAsync("up", "--orchestrator-port", $"{((System.Net.IPEndPoint)other.LocalEndpoint).Port}");
        OneSentence(up, 3, "[port_in_use]");
    }

    [Theory]
    [InlineData("", "Git was not found")]
    [InlineData("echo git version 2.30.2", "Git 2.30.2 is too old")]
    [InlineData("echo something else", "too old")]
    public async Task WithoutAGitThatIsNewEnoughNothingStarts(string git, string sentence)
    {
        await using var binary = new Binary();
        var path = Directory.CreateDirectory(Path.Combine(binary.Folder, "bin")).FullName;
        foreach (var tool in new[] { "dotnet", "sh", "setsid" })
        {
            var found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);
            File.CreateSymbolicLink(Path.Combine(path, tool), found);
        }

        if (git.Length > 0)
        {
            await File.WriteAllTextAsync(Path.Combine(path, "git"), $"#!/bin/sh\n{git}\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(Path.Combine(path, "git"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        binary.Variables["PATH"] = path;
        OneSentence(await binary.RunAsync("up", "--orchestrator-port", "0", "--memory-port", "0"), 3, sentence);
        OneSentence(await binary.RunAsync("queue", "show"), 3, sentence);
    }

    [Fact]
    public async Task ADataDirectoryThatCanNotBeIsOneSentence()
    {
        await using var binary = new Binary();
        var file = Path.Combine(binary.Folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        OneSentence(await binary.RunAsync("up", "--data", file), 3, "[store_unwritable]");
        OneSentence(await binary.RunAsync("queue", "show", "--data", file), 3, "[store_unwritable]");

        binary.Variables["AUTOBUILD_DATA"] = "";
        binary.Variables["HOME"] = "/proc/nowhere";
        OneSentence(await binary.RunAsync("queue", "show"), 3, "[store_unwritable]");
    }

    [Fact]
    public async Task WhatWasTypedHasToBeText()
    {
        await using var binary = new Binary();
        var added = await binary.ShellAsync("exec \"$@\" \"$(printf 'a\\377b')\"", "ticket", "add");
        Assert.SkipUnless(Directory.Exists("/proc"), "There is no /proc here.");
        OneSentence(added, 2, "no UTF-8");
        OneSentence(await binary.ShellAsync("printf 'a\\377b' | \"$@\"", "ticket", "add", "-", "--repo", await Repository.CreateAsync(binary.Folder)), 2, "no UTF-8");
    }

    [Theory]
    [InlineData("C", "UTC")]
    [InlineData("tr_TR.ISO-8859-9", "Pacific/Kiritimati")]
    [InlineData("ja_JP.eucJP", "nonsense")]
    public async Task NoLocaleChangesWhatIsKept(string locale, string zone)
    {
        await using var binary = new Binary();
        binary.Variables["LC_ALL"] = locale;
        binary.Variables["TZ"] = zone;
        var repository = await Repository.CreateAsync(binary.Folder);

        var (code, ticket) = await binary.JsonAsync("ticket", "add", "İI ıi ü € ß", "--repo", repository, "--priority", "critical", "--land", "manual");
        var (_, list) = await binary.JsonAsync("ticket", "list", "--repo", repository);

        Assert.Equal((0, "İI ıi ü € ß", 3), (code, (string?)ticket["title"], (int)ticket["priority"]!));
        Assert.Equal((string?)ticket["title"], (string?)list["tickets"]![0]!["title"]);
        Assert.EndsWith("Z", (string)ticket["created_at"]!.ToString().Replace("+00:00", "Z", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 2)]
    [InlineData("TERM", 2)]
    [InlineData("HUP", 1)]
    public async Task AServerThatIsAskedToEndTellsItsReadersAndIsGone(string signal, int times)
    {
        await using var binary = new Binary();
        var (process, ready) = binary.Start("AutoBuild is ready", "up", "--orchestrator-port", "0", "--memory-port", "0");
        await using var up = process;
        await ready;
        var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(binary.Data, "endpoints.json"), TestContext.Current.CancellationToken))!;
        using var http = new HttpClient { BaseAddress = new Uri((string)endpoints["orchestrator"]!) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(binary.Data, "token"), TestContext.Current.CancellationToken)).Trim());
        using var answer = await http.GetAsync(new Uri("/api/v1/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        for (var i = 0; i < times; i++)
        {
            await ChildProcess.RunAsync(new ChildCommand("kill", [$"-{signal}", $"{endpoints["pid"]}"]), null, TestContext.Current.CancellationToken);
        }

        var told = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var ended = await process.Completion.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Contains(": the server stops", told, StringComparison.Ordinal);
        Assert.Equal(0, ended.ExitCode);
        Assert.False(File.Exists(Path.Combine(binary.Data, "endpoints.json")));
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("/api/v1/health", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    private static void OneSentence(ChildResult result, int code, string part)
    {
        Assert.Equal((code, ""), (result.ExitCode, result.Output));
        Assert.Contains(part, result.Error, StringComparison.Ordinal);
        Assert.True(result.Error.TrimEnd('\n').Split('\n').Length == 1, result.Error);
    }
}
