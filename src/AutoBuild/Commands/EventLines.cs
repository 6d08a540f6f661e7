using System.Text.Json.Nodes;
using AutoBuild.Client;

namespace AutoBuild.Commands;

/// <summary>Prints a stream of events as lines of JSON, the one exception to one object on stdout.</summary>
internal static class EventLines
{
    /// <summary>Ends with the stream.</summary>
    public static async Task<int> PrintAsync(Call call, IAsyncEnumerable<ServerEvent> events)
    {
        await foreach (var told in events)
        {
            var line = new JsonObject { ["id"] = told.Id is { Length: > 0 } id ? id : null, ["kind"] = told.Kind, ["data"] = JsonNode.Parse(told.Data) };
            await call.Terminal.Out.WriteLineAsync(line.ToJsonString(ClientJson.Printed));
            await call.Terminal.Out.FlushAsync(call.Cancel);
        }

        return ExitCode.Done;
    }
}
