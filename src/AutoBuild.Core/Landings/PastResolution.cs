using System.Security.Cryptography;
using System.Text;

namespace AutoBuild.Core.Landings;

/// <summary>Is what was put in the place of a chunk by a person or a model, and has landed: offered again where the same chunk comes back.</summary>
public sealed record PastResolution
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    /// <summary>Tells the chunk again; see <see cref="KeyOf"/>.</summary>
    public required string Key { get; init; }

    public required string Path { get; init; }

    public required string Base { get; init; }

    public required string Target { get; init; }

    public required string Branch { get; init; }

    /// <summary>What went in its place.</summary>
    public required string Answer { get; init; }

    /// <summary>Who answered: a person, or a model.</summary>
    public required ChunkStage By { get; init; }

    /// <summary>The person, where it was one.</summary>
    public string? Who { get; init; }

    /// <summary>The landing that it landed with.</summary>
    public required Guid LandingId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often it has landed again since.</summary>
    public int Uses { get; init; }

    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>
    /// Names a chunk by its path and its three texts, whichever side is the target; line breaks and what stands invisibly at ends of lines don't count.
    /// The path does: a few equal lines in two files are no sign that the same is meant.
    /// </summary>
    public static string KeyOf(string path, string start, string target, string branch)
    {
        var sides = new[] { Plain(target), Plain(branch) };
        Array.Sort(sides, StringComparer.Ordinal);
        var whole = string.Join('\0', path, Plain(start), sides[0], sides[1]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)));
    }

    /// <summary>Returns what a landing that has landed teaches: its chunks that a person or a model answered, where their texts are whole.</summary>
    public static IReadOnlyList<PastResolution> Of(Landing landing, DateTimeOffset now) =>
    [
        .. from file in landing.Resolved
           from chunk in file.Chunks
           where chunk is { By: ChunkStage.Person or ChunkStage.Model, Accepted: not null, Base.Text: not null, Target.Text: not null, Branch.Text: not null }
           where file.Answer is null || chunk.By is ChunkStage.Person
           select new PastResolution
           {
               Id = Guid.CreateVersion7(now),
               ProjectId = landing.ProjectId,
               Key = KeyOf(file.Path, chunk.Base.Text!, chunk.Target.Text!, chunk.Branch.Text!),
               Path = file.Path,
               Base = chunk.Base.Text!,
               Target = chunk.Target.Text!,
               Branch = chunk.Branch.Text!,
               Answer = chunk.Accepted!,
               By = chunk.By!.Value,
               Who = chunk.By is ChunkStage.Person ? file.Answer?.By ?? landing.ApprovedBy : null,
               LandingId = landing.Id,
               CreatedAt = now,
           },
    ];

    /// <summary>Returns the keys of the chunks for which a landing used what was decided before.</summary>
    public static IReadOnlyList<string> UsedBy(Landing landing) =>
    [
        .. from file in landing.Resolved
           from chunk in file.Chunks
           where file.Answer is null && chunk is { By: ChunkStage.Earlier, Base.Text: not null, Target.Text: not null, Branch.Text: not null }
           select KeyOf(file.Path, chunk.Base.Text!, chunk.Target.Text!, chunk.Branch.Text!),
    ];

    private static string Plain(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
}
