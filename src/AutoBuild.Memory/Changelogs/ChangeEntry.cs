namespace AutoBuild.Memory.Changelogs;

/// <summary>Is one line of a changelog.</summary>
/// <param name="Kind">The section it stands in.</param>
/// <param name="Scope">The part of the project it names; empty where it names none.</param>
/// <param name="Subject">What was changed.</param>
/// <param name="Breaks">What it breaks, where it says so.</param>
/// <param name="Commit">The commit that brought it in.</param>
/// <param name="CommitLink">Its page; null where the repository has no known address.</param>
/// <param name="PullRequest">The number of its pull request or merge request.</param>
/// <param name="PullRequestLink">Its page.</param>
/// <param name="Issues">Numbers of the issues it closes.</param>
/// <param name="Tickets">The tickets it was made for.</param>
/// <param name="Authors">Who wrote it, those named as co-authors too.</param>
/// <param name="At">When it was written.</param>
public sealed record ChangeEntry(
    ChangeKind Kind, string Scope, string Subject, string? Breaks, string Commit, string? CommitLink, int? PullRequest, string? PullRequestLink,
    IReadOnlyList<int> Issues, IReadOnlyList<string> Tickets, IReadOnlyList<string> Authors, DateTimeOffset At);
