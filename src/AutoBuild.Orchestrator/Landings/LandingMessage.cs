using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Writes the message of a merge commit: the ticket's title, then trailers that lead back to ticket and job, and tell what was resolved.</summary>
internal static class LandingMessage
{
    private const int MostFiles = 50;

    public static string Of(Landing landing, Ticket? ticket) => $"""
        {(ticket?.Title ?? landing.BranchName).ReplaceLineEndings(" ")}

        AutoBuild-Ticket: {landing.TicketId}
        AutoBuild-Job: {landing.JobId}
        AutoBuild-Branch: {landing.BranchName}

        """;

    /// <summary>A trailer for each file that git had left in conflict.</summary>
    public static string Resolved(IReadOnlyList<LandingConflict> files) =>
        string.Concat(files.Take(MostFiles).Select(file => $"AutoBuild-Resolved: {file.Path}{(file.Chunks.Count == 0 ? "" : $" ({Ways(file)})")}\n"));

    private static string Ways(LandingConflict file) => string.Join(", ", file.Chunks.Select(chunk => chunk.By switch
    {
        ChunkStage.Engine => $"{chunk.Rule}, tier {SnakeCase.Of(chunk.Tier).ToUpperInvariant()}",
        ChunkStage.Earlier => "as resolved before",
        ChunkStage.Model => "by a model",
        ChunkStage.Person or null => "by a person",
    }).Distinct());
}
