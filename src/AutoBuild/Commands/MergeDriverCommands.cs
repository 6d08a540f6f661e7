using System.CommandLine;
using System.Text.Json.Nodes;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild merge-driver</c>: makes git merge with the engine.</summary>
internal static class MergeDriverCommands
{
    private static readonly Option<bool> Global = new("--global") { Description = "For all repositories of this user rather than the one here." };
    private static readonly Option<string[]> Patterns = new("--patterns")
    {
        Description = "Only for these files, as in .gitattributes (default: all whose merge attribute nobody set).",
        HelpName = "PATTERN",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create() => new Group("merge-driver", "Makes git merge files with AutoBuild's engine, in any repository.", Install(), Uninstall(), Status());

    private static Verb Install() => new Verb("install", "Sets the driver up in git's configuration; nothing in the work tree changes, and .gitattributes go before it.",
        "autobuild merge-driver install", async call =>
    {
        var driver = await MergeDriver.FindAsync(Environment.CurrentDirectory, call.Get(Global), call.Cancel);
        await driver.InstallAsync(call.Get(Patterns) ?? [], call.Cancel);
        return await ShowAsync(call, driver);
    }).With(Global, Patterns).PrintsData();

    private static Verb Uninstall() => new Verb("uninstall", "Takes the driver out again.", "autobuild merge-driver uninstall", async call =>
    {
        var driver = await MergeDriver.FindAsync(Environment.CurrentDirectory, call.Get(Global), call.Cancel);
        await driver.UninstallAsync(call.Cancel);
        return await ShowAsync(call, driver);
    }).With(Global).PrintsData();

    private static Verb Status() => new Verb("status", "Says whether git merges with the engine here, and which files.", "autobuild merge-driver status", async call =>
        await ShowAsync(call, await MergeDriver.FindAsync(Environment.CurrentDirectory, call.Get(Global), call.Cancel))).With(Global).PrintsData();

    private static async Task<int> ShowAsync(Call call, MergeDriver driver)
    {
        var (command, patterns) = await driver.ReadAsync(call.Cancel);
        return call.Print(
            new JsonObject { ["installed"] = command is not null, ["driver"] = command, ["patterns"] = new JsonArray([.. patterns.Select(pattern => JsonValue.Create(pattern))]) },
            () => call.Say(command is null ? "Git merges without AutoBuild here." : $"Git merges {(patterns.Count == 0 ? "nothing yet" : string.Join(", ", patterns))} with: {command}"));
    }
}
