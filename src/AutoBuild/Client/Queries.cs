using System.Globalization;
using AutoBuild.Core.Json;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Spending;
using AutoBuild.Core.Store;

namespace AutoBuild.Client;

/// <summary>Writes what a list is asked as the end of an address; members that are null are not asked.</summary>
/// <remarks>The questions are those the store answers, so that both sides have one definition.</remarks>
internal static class Queries
{
    public static string Of(ProjectFilter filter, PageRequest page) => Of(("deleted", filter.Deleted ? "true" : null), ("source", filter.Source), Limit(page), Cursor(page));

    public static string Of(TicketFilter filter, PageRequest page) => Of(("status", Word(filter.Status)), Limit(page), Cursor(page));

    public static string Of(MemoryFilter filter, PageRequest page) => Of(("memory_type", Word(filter.Type)), Limit(page));

    public static string Of(PatternFilter filter, PageRequest page) => Of(("pattern_type", Word(filter.Type)), Limit(page));

    public static string Of(JobFilter filter, PageRequest page) =>
        Of(("project_id", Id(filter.ProjectId)), ("ticket_id", Id(filter.TicketId)), ("status", Word(filter.Status)), Limit(page), Cursor(page));

    public static string Of(LandingFilter filter, PageRequest page) =>
        Of(("project_id", Id(filter.ProjectId)), ("job_id", Id(filter.JobId)), ("state", Word(filter.State)), Limit(page), Cursor(page));

    public static string Of(EventFilter filter, long? after) =>
        Of(("project_id", Id(filter.ProjectId)), ("job_id", Id(filter.JobId)), ("kind", filter.Kind), ("after", Number(after)));

    public static string Of(UsageQuery query) => Of(
        ("group_by", Word<UsageGroup>(query.GroupBy)), ("project_id", Id(query.ProjectId)), ("ticket_id", Id(query.TicketId)), ("from", Day(query.From)), ("to", Day(query.To)));

    public static string Of(LogRange range) => Of(
        ("attempt", Number(range.Attempt)), ("offset", Number(range.Offset)), ("line", Number(range.Line)), ("limit", Number(range.Limit)), ("tail", Number(range.Tail)));

    public static string Of(LogQuestion question) => Of(("q", question.Text), ("attempt", Number(question.Attempt)), ("limit", Number(question.Limit)));

    public static string OfProject(Guid? project, PageRequest page) => Of(("project_id", Id(project)), Limit(page), Cursor(page));

    /// <summary>Joins the members that are set; empty where none is.</summary>
    public static string Of(params (string Name, string? Value)[] members)
    {
        var set = string.Join('&', members.Where(member => member.Value is not null).Select(member => $"{member.Name}={Uri.EscapeDataString(member.Value!)}"));
        return set.Length == 0 ? "" : "?" + set;
    }

    private static (string, string?) Limit(PageRequest page) => ("limit", Number(page.Limit));

    private static (string, string?) Cursor(PageRequest page) => ("cursor", page.Cursor);

    private static string? Id(Guid? id) => id?.ToString();

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Word<T>(T? word)
        where T : struct, Enum => word is { } value ? SnakeCase.Of(value) : null;
}

/// <summary>Says which part of a job's raw output is meant: from an offset, from a line, or the end.</summary>
/// <param name="Attempt">Default: the newest.</param>
/// <param name="Offset">Bytes from the beginning.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Limit">Bytes; default 1 MiB.</param>
/// <param name="Tail">The last so many bytes, from the start of a line on.</param>
internal sealed record LogRange(int? Attempt = null, long? Offset = null, long? Line = null, int? Limit = null, int? Tail = null);

/// <summary>Is what is looked for in a job's raw output.</summary>
/// <param name="Text">Case is ignored.</param>
/// <param name="Attempt">Default: the newest.</param>
/// <param name="Limit">Lines, at most 1,000; default 100.</param>
internal sealed record LogQuestion(string Text, int? Attempt = null, int? Limit = null);
