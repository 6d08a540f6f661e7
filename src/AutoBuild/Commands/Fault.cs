using System.Text.Json.Nodes;

namespace AutoBuild.Commands;

/// <summary>Tells that a command did not do what it was asked for.</summary>
internal static class Fault
{
    public static int Write(Call call, string code, string sentence, int exitCode) => Write(call.Terminal, call.Json, code, sentence, exitCode);

    /// <summary>Writes the sentence, with the code where it can be looked up, to stderr and, where JSON was asked for, an object with it to stdout.</summary>
    public static int Write(Terminal terminal, bool json, string code, string sentence, int exitCode)
    {
        var named = exitCode is ExitCode.Broken or ExitCode.Failed ? $" [{code}]" : "";
        terminal.Error.WriteLine($"autobuild: {Plain.Text(sentence)}{named}");
        if (json)
        {
            var error = new JsonObject { ["code"] = code, ["message"] = sentence };
            terminal.Out.WriteLine(new JsonObject { ["error"] = error }.ToJsonString(Client.ClientJson.Printed));
        }

        return exitCode;
    }
}
