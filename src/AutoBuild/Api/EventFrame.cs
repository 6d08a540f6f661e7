using System.Globalization;
using System.Text;
using AutoBuild.Core.Events;
using AutoBuild.Core.Store;

namespace AutoBuild.Api;

/// <summary>Is an event as every reader gets it, written once, with the fields that readers choose by.</summary>
/// <param name="Id">Grows; readers resume after it.</param>
/// <param name="Bytes">A whole server-sent event in UTF-8.</param>
internal sealed record EventFrame(long Id, string Kind, Guid? ProjectId, Guid? JobId, byte[] Bytes)
{
    public static EventFrame Of(StoreEvent happened) =>
        new(happened.Id, happened.Kind, happened.ProjectId, happened.JobId, Write(happened.Id, happened.Kind, happened.Data));

    /// <summary>Writes one event. Without an id the reader keeps the one before.</summary>
    /// <param name="data">One line.</param>
    public static byte[] Write(long? id, string kind, string data) => Encoding.UTF8.GetBytes($"{Line(id)}event: {kind}\ndata: {data}\n\n");

    public bool Fits(EventFilter filter) =>
        (filter.JobId is null || filter.JobId == JobId)
        && (filter.ProjectId is null || filter.ProjectId == ProjectId)
        && (filter.Kind is null || filter.Kind == Kind);

    private static string Line(long? id) => id is { } number ? string.Create(CultureInfo.InvariantCulture, $"id: {number}\n") : "";
}
