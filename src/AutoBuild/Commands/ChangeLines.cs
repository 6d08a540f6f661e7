using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Client;
using AutoBuild.Core.Events;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Shows changes of any kind, a line each: when, what, which, how it stands now.</summary>
internal sealed class ChangeLines(Call call)
{
    private readonly RunLines _runs = new(call);

    public void Show(ServerEvent told)
    {
        if (told.Kind == EventKinds.Run)
        {
            _runs.Show(told.Data);
        }
        else
        {
            Show(told.Kind, JsonNode.Parse(told.Data) as JsonObject ?? []);
        }
    }

    private void Show(string kind, JsonObject data)
    {
        var stands = (Text(data, "status") ?? Text(data, "state") ?? "").Replace('_', ' ');
        var id = Guid.TryParse(Text(data, "id"), out var whole) ? Plain.Id(whole) : "";
        var name = Text(data, "title") ?? Text(data, "name") ?? Text(data, "prompt") ?? Text(data, "branch_name") ?? Text(data, "sentence") ?? Text(data, "agent") ?? "";
        var now = TimeZoneInfo.ConvertTime(call.Terminal.Time.GetUtcNow(), call.Terminal.Time.LocalTimeZone);
        call.Write($"{now:HH:mm:ss}  {kind.Replace(".changed", "", StringComparison.Ordinal),-8}  {id,-8}  ", Marks.Faint);
        call.Write($"{stands,-12}", Marks.StyleOf(stands));
        call.Write($"  {Plain.Line(name, 80)}\n", Style.Plain);
    }

    private static string? Text(JsonObject data, string name) => data[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
