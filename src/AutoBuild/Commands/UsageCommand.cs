using System.CommandLine;
using System.Globalization;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild usage</c>.</summary>
internal static class UsageCommand
{
    public static Verb Create()
    {
        var ticket = new Option<string?>("--ticket") { Description = "Only what was used for a ticket.", HelpName = "TICKET", CompletionSources = { ServerWords.Of("ticket") } };
        var by = new Option<string>("--by") { Description = "A row for each day, model, project, ticket or agent.", HelpName = "WHAT", DefaultValueFactory = _ => "day" }
            .AcceptOnlyFromAmong(Words.Of<UsageGroup>());
        var from = Day("--from", "First day, such as 2026-11-21; days are those of UTC.");
        var to = Day("--to", "Last day.");
        return new Verb("usage", "Shows what agents used and cost.", "autobuild usage --by model --from 2026-11-01", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var project = await lookup.NamedProjectAsync();
            var query = new UsageQuery(Words.Read<UsageGroup>(call.Get(by))!.Value, project, await lookup.NamedTicketAsync(call.Get(ticket)), call.Get(from), call.Get(to));
            return await new Live(call, api, new EventFilter(ProjectId: project)).ShowAsync(() => api.GetUsageAsync(query, call.Cancel), usage =>
                Tables.Show(call, [call.Get(by)!, "input", "cached", "output", "cost"], [.. usage.Rows.Select(Row), .. usage.Rows.Count > 1 ? [Cells("total", usage.Total)] : Array.Empty<IReadOnlyList<string>>()], "Nothing was used."));
        }).With(ProjectOptions.Project, ticket, by, from, to).Watches();
    }

    private static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DAY",
        CustomParser = typed =>
        {
            if (DateOnly.TryParseExact(typed.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            typed.AddError($"{name} expects a day such as 2026-11-21, got '{typed.Tokens[0].Value}'.");
            return null;
        },
    };

    private static IReadOnlyList<string> Row(UsageRow row) => Cells(
        row.Name is { } name ? $"{(Guid.TryParse(row.Key, out var id) ? Plain.Id(id) : row.Key)} {Plain.Line(name, 50)}" : row.Key.Length == 0 ? "not known" : row.Key,
        row.Usage);

    private static IReadOnlyList<string> Cells(string heading, RunUsage usage) =>
        [heading, Number(usage.InputTokens), Number(usage.CachedInputTokens), Number(usage.OutputTokens), Plain.Cost(usage)];

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
