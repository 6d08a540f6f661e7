using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Memory.Index;

namespace AutoBuild.Api;

/// <summary>Is the body that asks for a repository to be indexed.</summary>
internal sealed record IndexBody
{
    /// <summary>Default: the project of that repository, which is made where there is none.</summary>
    [Uuid]
    public string? ProjectId { get; init; }

    /// <summary>Address that git can clone.</summary>
    [MaxLength(2000)]
    public string? RepoUrl { get; init; }

    /// <summary>Absolute path of a repository or folder on the server's machine; needs the role admin.</summary>
    [MaxLength(4000)]
    public string? RepoPath { get; init; }

    /// <summary>The same as repo_path, as older clients call it.</summary>
    [MaxLength(4000)]
    public string? Path { get; init; }

    /// <summary>Default: what is checked out, with what is not committed.</summary>
    public string? Branch { get; init; }

    /// <summary>Patterns as in .gitignore that a path must match.</summary>
    [MaxLength(100), ItemLength(1000)]
    public IReadOnlyList<string>? FilePatterns { get; init; }

    /// <summary>Whether only to tell what would be read; nothing is indexed then and no project is made. Default false.</summary>
    public bool? DryRun { get; init; }

    public IndexRequest Read(Fields fields)
    {
        var older = Set(fields.Text("path", Path, 4000));
        var path = Set(fields.Text("repo_path", RepoPath, 4000)) ?? older;
        var url = Set(fields.Text("repo_url", RepoUrl, 2000));
        if (path is not null && !System.IO.Path.IsPathFullyQualified(path))
        {
            fields.Add("repo_path", "expected an absolute path on the server's machine.");
        }

        if (url is not null && !Workspaces.BareClone.IsUrl(url))
        {
            fields.Add("repo_url", "expected an address that git can clone, such as https://github.com/owner/name.git.");
        }

        if (path is not null && url is not null)
        {
            fields.Add("repo_url", "give a path or an address, not both.");
        }

        return new IndexRequest(fields.OptionalId("project_id", ProjectId) ?? Guid.Empty)
        {
            RepoPath = path,
            RepoUrl = url,
            Branch = fields.Branch("branch", Set(Branch)),
            Patterns = fields.Texts("file_patterns", FilePatterns, 100, 1000) ?? [],
        };
    }

    private static string? Set(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>Is the body that gives files to index.</summary>
internal sealed record FilesBody
{
    [Required, Uuid]
    public string? ProjectId { get; init; }

    /// <summary>At most 10,000.</summary>
    [Required]
    public IReadOnlyList<GivenFile>? Files { get; init; }

    public (Guid Project, IReadOnlyList<(string Path, string Content)> Files) Read(Fields fields)
    {
        var project = fields.Id("project_id", ProjectId);
        if (Files is null or { Count: 0 or > 10_000 })
        {
            fields.Add("files", $"expected 1 to 10000 files, got {Files?.Count ?? 0}.");
        }

        foreach (var file in Files ?? [])
        {
            fields.Required("files.path", file?.Path, 4000);
        }

        return (project, [.. (Files ?? []).Where(file => file?.Path is not null).Select(file => (file.Path!, file.Content ?? ""))]);
    }
}

internal sealed record GivenFile([property: Required, MinLength(1), MaxLength(4000)] string? Path, string? Content);

/// <param name="Status">completed: what was given can be searched.</param>
internal sealed record FilesIndexed(Guid ProjectId, [property: System.Text.Json.Serialization.JsonPropertyName("files_indexed")] int Count, int ChunksCreated, IndexState Status);

/// <summary>Is the state of an index as the wire shows it.</summary>
/// <param name="Files">Of the view that answers now.</param>
/// <param name="Bytes">Of the files as they stand in the repository.</param>
/// <param name="FilesIndexed">Files that are read, or were known, of files_total.</param>
/// <param name="Skipped">How many files are not indexed, for each reason.</param>
/// <param name="Error">Why it failed, in a sentence.</param>
internal sealed record IndexShown(
    Guid ProjectId, IndexState Status, int Files, long Chunks, string? Commit, long Bytes, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    int FilesIndexed, int FilesTotal, IReadOnlyDictionary<string, int> Skipped, string? Error)
{
    public static IndexShown Of(IndexStatus status, Guid project) => new(
        project, status.State, status.Files, status.Chunks, status.Commit, status.Bytes, status.StartedAt, status.FinishedAt, status.FilesIndexed, status.FilesTotal,
        status.Skipped.ToDictionary(reason => Fields.Word(reason.Key), reason => reason.Value), status.Error);
}

/// <summary>Is what indexing would read.</summary>
/// <param name="Files">How many would be indexed; a binary one is found on reading alone.</param>
/// <param name="Bytes">Of them.</param>
/// <param name="Chunks">A guess from the bytes.</param>
/// <param name="Folders">The ten largest folders of the root, largest first; the root itself is empty.</param>
/// <param name="Skipped">How many files would not be indexed, for each reason.</param>
/// <param name="SkippedFiles">The hundred largest of them.</param>
internal sealed record IndexPlanned(
    int Files, long Bytes, long Chunks, IReadOnlyList<PlannedFolder> Folders, IReadOnlyDictionary<string, int> Skipped, IReadOnlyList<SkippedFile> SkippedFiles)
{
    private const int MostFiles = 100;

    public static IndexPlanned Of(IndexPlan plan) => new(
        plan.Files, plan.Bytes, plan.Chunks, [.. plan.Folders.Select(folder => new PlannedFolder(folder.Folder, folder.Bytes))],
        plan.Skipped.CountBy(file => file.Reason).OrderBy(reason => reason.Key).ToDictionary(reason => Fields.Word(reason.Key), reason => reason.Value),
        [.. plan.Skipped.OrderByDescending(file => file.Size).ThenBy(file => file.Path, StringComparer.Ordinal).Take(MostFiles)]);
}

/// <param name="Folder">With a slash at its end.</param>
/// <param name="Bytes">Of what would be indexed below it.</param>
internal sealed record PlannedFolder(string Folder, long Bytes);
