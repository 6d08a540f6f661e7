using System.Text;
using AutoBuild.Core.Landings;
using AutoBuild.Merge;
using AutoBuild.Syntax;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Tells what collides in a file that git could not merge.</summary>
internal static class Colliding
{
    private const int MostDefinitions = 20;

    /// <summary>Merges the file's versions, and looks in which definitions they meet.</summary>
    public static CollisionFile Of(CollidingFile file, IReadOnlyDictionary<string, byte[]> blobs)
    {
        // Deleted by one side, or no text: nothing that an engine may decide.
        if (Bytes(file.Ours) is not { } ours || Bytes(file.Theirs) is not { } theirs || (file.Base is not null && Bytes(file.Base) is null))
        {
            return new CollisionFile(file.Path, [], 1, false);
        }

        var merged = MergeEngine.Merge(new MergeInput(Bytes(file.Base) ?? [], ours, theirs, file.Path));
        var names = Names(file.Path, ours, [.. merged.Chunks.Select(chunk => chunk.Ours)]).Concat(Names(file.Path, theirs, [.. merged.Chunks.Select(chunk => chunk.Theirs)]));
        return new CollisionFile(file.Path, [.. names.Distinct().Take(MostDefinitions)], merged.Chunks.Count, merged is { IsClean: true, Refusal: null });

        byte[]? Bytes(string? id) => id is null ? null : blobs.GetValueOrDefault(id);
    }

    // The innermost ones.
    private static IEnumerable<string> Names(string path, byte[] bytes, IReadOnlyList<LineSpan> places)
    {
        if (Languages.ForPath(path) is not { } language || places.Count == 0)
        {
            return [];
        }

        var definitions = Definitions.Of(Encoding.UTF8.GetString(bytes), language);
        return places.Select(place => definitions.LastOrDefault(one => one.FirstLine <= place.First + 1 && place.First + Math.Max(1, place.Count) <= one.LastLine)
            ?? definitions.FirstOrDefault(one => one.FirstLine <= place.First + Math.Max(1, place.Count) && place.First + 1 <= one.LastLine)).OfType<Definition>().Select(one => one.QualifiedName);
    }
}
