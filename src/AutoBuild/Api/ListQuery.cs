using AutoBuild.Core.Store;

namespace AutoBuild.Api;

/// <summary>Is what every list takes.</summary>
/// <param name="Limit">Items of a page, 1 to 500; default 50.</param>
/// <param name="Cursor">The <c>next_cursor</c> of the page before.</param>
internal readonly record struct ListQuery(int? Limit, string? Cursor)
{
    public PageRequest Read(Fields fields) => new(fields.Between("limit", Limit, 1, 500) ?? 50, string.IsNullOrEmpty(Cursor) ? null : Cursor);
}
