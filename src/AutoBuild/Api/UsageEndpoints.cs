using System.ComponentModel;
using System.Globalization;
using AutoBuild.Contract;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder api) => api.MapGet("/usage", Get).WithTags("usage").Produces<UsageBody>();

    /// <summary>Tells what agents used and cost, by day, model, project, ticket or agent.</summary>
    /// <param name="from">The first day, in UTC; default: all there is.</param>
    /// <param name="to">The last day, included.</param>
    internal static async Task<IResult> Get(
        [FromQuery(Name = "project_id")] string? project, [FromQuery(Name = "ticket_id")] string? ticket, [Day] string? from, [Day] string? to,
        [FromQuery(Name = "group_by")] [Description("What a row stands for."), Words<UsageGroup>, DefaultValue("day")] string? by, IStore store, CancellationToken cancel)
    {
        var fields = new Fields();
        var query = new UsageQuery(
            fields.OneOf<UsageGroup>("group_by", by) ?? UsageGroup.Day, fields.OptionalId("project_id", project), fields.OptionalId("ticket_id", ticket),
            Day(fields, "from", from), Day(fields, "to", to));
        if (fields.Problem is { } problem)
        {
            return problem;
        }

        var rows = await store.GetUsageAsync(query, cancel);
        return TypedResults.Ok(new UsageBody(rows, rows.Aggregate(new RunUsage(), (sum, row) => sum.Plus(row.Usage))));
    }

    private static DateOnly? Day(Fields fields, string field, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        fields.Add(field, $"expected a day such as 2026-11-21, got '{Fields.Shown(text)}'.");
        return null;
    }
}

/// <summary>Is what was used, a row for each heading.</summary>
/// <param name="Rows">In the order of their keys; a key is a day (UTC), a model, an agent or an id, empty where it is not known.</param>
internal sealed record UsageBody(IReadOnlyList<UsageRow> Rows, RunUsage Total);
