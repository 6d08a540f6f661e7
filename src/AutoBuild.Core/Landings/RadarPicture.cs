using AutoBuild.Core.Tickets;

namespace AutoBuild.Core.Landings;

/// <summary>Is what the radar saw.</summary>
/// <param name="Tip">The commit of the target.</param>
/// <param name="Branches">The open ones that the target lacks.</param>
/// <param name="Complete">False where there was not the time for all of them; asking again goes on.</param>
public sealed record RadarPicture(
    Guid ProjectId, string TargetBranch, string Tip, IReadOnlyList<RadarBranch> Branches, IReadOnlyList<Collision> Collisions, bool Complete);

/// <summary>Is a branch with work that has not landed.</summary>
public sealed record RadarBranch(string BranchName, string Commit, Guid TicketId, Guid? JobId, string Title, TicketState Status);

/// <summary>Says that two branches touch each other.</summary>
/// <param name="A">Name of a branch.</param>
/// <param name="B">Name of another one, or of the target.</param>
/// <param name="Files">Those that git can't merge, or that both change; empty of a conflict where the two have no common history.</param>
/// <param name="Conflicts">What collides in the files that git can't merge.</param>
/// <param name="Resolvable">Whether git or the merge engine merges all of them, as far as texts tell.</param>
public sealed record Collision(string A, string B, IReadOnlyList<string> Files, CollisionKind Kind, IReadOnlyList<CollisionFile> Conflicts, bool Resolvable);

public enum CollisionKind
{
    /// <summary>Git can't merge them.</summary>
    Conflict,

    /// <summary>Both change the files, and git merges them.</summary>
    Overlap,
}

/// <summary>Is a file in which two branches collide.</summary>
/// <param name="Definitions">The types, functions, members and sections in which both sides changed something; empty where the language is not known.</param>
/// <param name="Chunks">Places that a line merge leaves.</param>
/// <param name="Resolvable">Whether the merge engine has an answer for each of them.</param>
public sealed record CollisionFile(string Path, IReadOnlyList<string> Definitions, int Chunks, bool Resolvable);

/// <summary>Is a collision as one of its two branches meets it.</summary>
/// <param name="With">Name of the other branch, or of the target.</param>
/// <param name="Definitions">The types, functions, members and sections of those files in which both changed something, as far as they are known.</param>
public sealed record JobCollision(string With, CollisionKind Kind, IReadOnlyList<string> Files, IReadOnlyList<string> Definitions, bool Resolvable)
{
    /// <summary>What a picture tells of a branch.</summary>
    public static IEnumerable<JobCollision> Of(RadarPicture picture, string branch) =>
        from one in picture.Collisions
        where one.A == branch || one.B == branch
        select new JobCollision(one.A == branch ? one.B : one.A, one.Kind, one.Files, [.. one.Conflicts.SelectMany(file => file.Definitions).Distinct()], one.Resolvable);
}
