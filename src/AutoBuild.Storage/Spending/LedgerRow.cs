using System.Globalization;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Spending;

/// <summary>Maps a count to the columns of the ledger, where a cost is billionths of a dollar.</summary>
internal static class LedgerRow
{
    private const decimal Billion = 1_000_000_000;

    public static string Day(DateTimeOffset at) => Day(DateOnly.FromDateTime(at.UtcDateTime));

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Returns the count with a cost that the ledger can hold.</summary>
    public static RunUsage Rounded(RunUsage usage) => usage with { CostUsd = usage.CostUsd is { } cost ? Math.Round(cost, 9) : null };

    public static (string, object?)[] Write(Job job, int attempt, UsageTold told) =>
    [
        ("job_id", job.Id),
        ("attempt", attempt),
        ("day", Day(told.At)),
        ("model", told.Model ?? ""),
        ("session_id", told.SessionId ?? ""),
        ("project_id", job.ProjectId),
        ("ticket_id", job.TicketId),
        ("agent", job.Agent ?? ""),
        ("seq", told.Seq),
        ("input_tokens", told.Usage.InputTokens),
        ("cached_input_tokens", told.Usage.CachedInputTokens),
        ("cache_write_tokens", told.Usage.CacheWriteTokens),
        ("output_tokens", told.Usage.OutputTokens),
        ("reasoning_tokens", told.Usage.ReasoningTokens),
        ("unpriced_tokens", told.Usage.UnpricedTokens),
        ("cost", told.Usage.CostUsd is { } cost ? (long)(cost * Billion) : null),
        ("cost_source", told.Usage.CostSource is { } source ? Words<CostSource>.Of(source) : null),
        ("turns", told.Usage.Turns),
    ];

    public static UsageRow Read(Row row) => new(row.Text("key"), row.TextOrNull("name"), new RunUsage
    {
        InputTokens = row.Long("input_tokens"),
        CachedInputTokens = row.Long("cached_input_tokens"),
        CacheWriteTokens = row.Long("cache_write_tokens"),
        OutputTokens = row.Long("output_tokens"),
        ReasoningTokens = row.Long("reasoning_tokens"),
        UnpricedTokens = row.Long("unpriced_tokens"),
        CostUsd = row.LongOrNull("cost") / Billion,
        CostSource = row.WordOrNull<CostSource>("cost_source"),
        Turns = row.Int("turns"),
    });

    public static decimal? Dollars(long? billionths) => billionths / Billion;

    public static long? Billionths(decimal? dollars) => (long?)(dollars * Billion);

    public static Spent ReadSpent(Row row) => new(row.Long("cost") / Billion, row.Long("tokens"));
}
