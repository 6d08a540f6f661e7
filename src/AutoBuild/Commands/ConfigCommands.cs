using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Configuration;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild config</c>.</summary>
internal static class ConfigCommands
{
    public static Command Create() => new Group("config", "Checks and shows the configuration.", Check(), ShowIt(), Trust());

    private static Verb Check() => new Verb("check", "Says whether the configuration can be read, and if not which line is wrong; and whether a server would start with it.",
        "autobuild config check --config autobuild.yaml", call =>
    {
        var settings = call.LoadSettings();
        var refused = ListenRule.Objection(settings);
        var warnings = new JsonArray(refused is null ? [] : [new JsonObject { ["code"] = refused.Code, ["message"] = refused.Message }]);
        return Task.FromResult(call.Print(
            new JsonObject { ["ok"] = true, ["file"] = settings.File, ["warnings"] = warnings },
            () => call.Say($"The configuration is right: {settings.File ?? "the defaults and the environment"}.{(refused is null ? "" : $"\nBut no server starts with it yet: {refused.Message} [{refused.Code}]")}")));
    }).PrintsData();

    private static Verb ShowIt() => new Verb("show", "Shows every setting, and where its value comes from; secrets are not shown.",
        "autobuild config show --orchestrator-port 0", call =>
    {
        var settings = ServeCommands.SettingsOf(call);
        var rows = SettingsText.Rows(settings);
        var list = new JsonArray([.. rows.Select(row => new JsonObject { ["key"] = row.Key, ["value"] = row.Value, ["source"] = row.Source })]);
        return Task.FromResult(call.Print(
            new JsonObject { ["file"] = settings.File, ["settings"] = list },
            () => Tables.Show(call, ["key", "value", "from"], [.. rows.Select(row => (string[])[row.Key, row.Value ?? "", row.Source])], "")));
    }).With([.. ServeCommands.Ports]).PrintsData();

    private static Verb Trust() => new Verb("trust", "Takes the configuration of this directory as it stands now, although it lies in a git repository; after a change it is asked for anew.",
        "autobuild config trust", call =>
    {
        var data = call.Data;
        data.Create(call.Terminal.Error);
        var settings = SettingsFile.Trust(call.Terminal.Environment, data.TrustedConfigurations);
        var set = SettingsText.Rows(settings).Where(row => row.Source != SettingsText.Default).ToList();
        return Task.FromResult(call.Print(
            new JsonObject { ["file"] = settings.File, ["settings"] = new JsonArray([.. set.Select(row => JsonValue.Create(row.Key))]) },
            () => call.Say($"Taken as it stands: {settings.File}, which sets {(set.Count == 0 ? "nothing" : string.Join(", ", set.Select(row => row.Key)))}.")));
    }).PrintsData();
}
