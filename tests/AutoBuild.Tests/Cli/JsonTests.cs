using System.Text.Json.Nodes;
using AutoBuild.Commands;

namespace AutoBuild.Tests.Cli;

public sealed class JsonTests
{
    public static TheoryData<string> Printing => [.. TypedCommand.All().Where(one => one.Command.Options.Contains(CommonOptions.Json)).Select(one => one.Path)];

    [Fact]
    public void WhateverAsksTheServerPrintsJson()
    {
        var without = TypedCommand.All().Where(one => one.Command is Verb && !one.Command.Options.Contains(CommonOptions.Json)).Select(one => one.Path);

        // The API's own answer is what api prints, messages of its protocol what mcp does, and a script what completion does.
        Assert.Equal(["up", "serve", "mcp", "api", "completion"], without);
    }

    [Theory, MemberData(nameof(Printing))]
    public async Task AFaultIsOneObjectOnStdout(string path)
    {
        var run = await TypedCommand.RunAsync([.. path.Split(' '), "--json", "--no-such-option"]);

        Assert.Equal(ExitCode.WrongUse, run.ExitCode);
        Assert.Equal("wrong_use", (string?)run.Json["error"]!["code"]);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task TheConfigurationIsOneObject()
    {
        var run = await TypedCommand.RunAsync(new Dictionary<string, string> { ["PORT"] = "8123" }, "config", "show", "--json");

        var port = run.Json["settings"]!.AsArray().Single(row => (string?)row!["key"] == "server.port")!;
        Assert.Equal("8123", (string?)port["value"]);
        Assert.Equal("environment PORT", (string?)port["source"]);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task ABadConfigurationSaysWhichLine()
    {
        using var folder = new TempFolder();
        var file = folder.Write("autobuild.yaml", "queue:\n  max_parallel_jobs: many\n");

        var run = await TypedCommand.RunAsync("config", "check", "--config", file, "--json");

        Assert.Equal(ExitCode.Broken, run.ExitCode);
        Assert.Equal("config_invalid", (string?)run.Json["error"]!["code"]);
        Assert.Contains("autobuild.yaml:2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDoctorFindsWhatIsThereAndWhatIsNot()
    {
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string> { ["PATH"] = folder.Path, ["AUTOBUILD_DATA"] = folder.Path };

        var run = await TypedCommand.RunAsync(environment, "doctor", "--json");

        Assert.Equal(ExitCode.Broken, run.ExitCode);
        Assert.False((bool)run.Json["ok"]!);
        Assert.Equal("missing", Status(run.Json, "setsid"));
        Assert.Equal("optional", Status(run.Json, "node"));
        Assert.Equal("ok", Status(run.Json, "git"));
        Assert.Equal("ok", Status(run.Json, "data directory"));
    }

    private static string? Status(JsonObject json, string name) => (string?)json["findings"]!.AsArray().Single(row => (string?)row!["name"] == name)!["status"];
}
