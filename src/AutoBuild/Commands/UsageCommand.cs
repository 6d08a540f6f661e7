using System.CommandLine;
using System.Globalization;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild usage</c>.</summary>
internal static class UsageCommand
{
    public static Verb Create()
    {
        var ticket = new Option<string?>("--ticket") { Description = "Only what was used for a ticket.", HelpName = "TICKET" };
        var by = new Option<string>("--by") { Description = "A row for each day, model, project, ticket or agent.", HelpName = "WHAT", DefaultValueFactory = _ => "day" }
            .AcceptOnlyFromAmong([.. Enum.GetValues<UsageGroup>().Select(SnakeCase.Of)]);
        var from = new Option<string?>("--from") { Description = "First day, such as 2026-11-21; days are those of UTC.", HelpName = "DAY" };
        var to = new Option<string?>("--to") { Description = "Last day.", HelpName = "DAY" };
        return new Verb("usage", "Shows what agents used and cost.", "autobuild usage --by model --from 2026-11-01", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var query = $"group_by={call.Get(by)}";
            query += call.Get(ProjectOptions.Project) is { } name ? $"&project_id={(await lookup.ProjectAsync(name)).Id}" : "";
            query += call.Get(ticket) is { } text ? $"&ticket_id={(await lookup.TicketAsync(text)).Id}" : "";
            query += call.Get(from) is { } first ? $"&from={Uri.EscapeDataString(first)}" : "";
            query += call.Get(to) is { } last ? $"&to={Uri.EscapeDataString(last)}" : "";
            return call.Print(await api.GetUsageAsync(query, call.Cancel), usage =>
                Tables.Show(call, [call.Get(by)!, "input", "cached", "output", "cost"], [.. usage.Rows.Select(Row), .. usage.Rows.Count > 1 ? [Cells("total", usage.Total)] : Array.Empty<IReadOnlyList<string>>()], "Nothing was used."));
        }).With(ProjectOptions.Project, ticket, by, from, to).PrintsData();
    }

    private static IReadOnlyList<string> Row(UsageRow row) => Cells(
        row.Name is { } name ? $"{(Guid.TryParse(row.Key, out var id) ? Plain.Id(id) : row.Key)} {Plain.Line(name, 50)}" : row.Key.Length == 0 ? "not known" : row.Key,
        row.Usage);

    private static IReadOnlyList<string> Cells(string heading, RunUsage usage) =>
        [heading, Number(usage.InputTokens), Number(usage.CachedInputTokens), Number(usage.OutputTokens), Plain.Cost(usage)];

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
