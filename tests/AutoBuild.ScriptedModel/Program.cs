using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.ScriptedModel;

// dotnet run --project tests/AutoBuild.ScriptedModel -- [--script FILE] [--port N] [--port-file FILE] [--log FILE]
string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

var script = Option("--script") is { } file ? JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject() : [];
await using var server = await ModelServer.StartAsync(script, int.Parse(Option("--port") ?? "0", CultureInfo.InvariantCulture), Option("--log"));
if (Option("--port-file") is { } portFile)
{
    await File.WriteAllTextAsync(portFile, server.Address.Port.ToString(CultureInfo.InvariantCulture));
}

#pragma warning disable RS0030 // Started alone it has nobody else to say where it listens.
Console.WriteLine($"listening on {server.Address}");
#pragma warning restore RS0030
await server.StoppedAsync();
