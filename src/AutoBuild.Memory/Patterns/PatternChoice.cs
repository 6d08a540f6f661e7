using AutoBuild.Core.Memory;

namespace AutoBuild.Memory.Patterns;

/// <summary>Chooses the habits that a task should keep to: those that are sure, and speak of files or of something that it is about.</summary>
internal static class PatternChoice
{
    private const double HalfLifeDays = 180;
    private const double LeastSure = 0.55;

    /// <summary>Returns how sure a habit is, from 0 to 1: what was for it and against it, the less the longer nothing bore it out.</summary>
    public static double Sureness(LearnedPattern pattern, DateTimeOffset now)
    {
        if (pattern.EditedAt is not null)
        {
            // Somebody put it into words.
            return 1;
        }

        var age = Math.Max(0, (now - (pattern.LastUsedAt ?? pattern.CreatedAt)).TotalDays);
        var weight = Math.Pow(0.5, age / HalfLifeDays);
        return ((pattern.SuccessCount * weight) + 1) / (((pattern.SuccessCount + pattern.FailureCount) * weight) + 2);
    }

    /// <param name="paths">Of what was found for the task.</param>
    public static IReadOnlyList<LearnedPattern> For(IReadOnlyList<LearnedPattern> patterns, string task, IReadOnlyCollection<string> paths, DateTimeOffset now, int limit) =>
    [
        .. (from pattern in patterns
            let sure = Sureness(pattern, now)
            where sure >= LeastSure && Applies(pattern, task, paths)
            orderby sure descending, pattern.SuccessCount descending, pattern.PatternContent, pattern.Id
            select pattern).Take(limit),
    ];

    private static bool Applies(LearnedPattern pattern, string task, IReadOnlyCollection<string> paths) => pattern.PatternType switch
    {
        PatternType.Command or PatternType.TestConvention or PatternType.ErrorHandling or PatternType.Other => true,
        // Once may be chance.
        PatternType.CoChange => (pattern.SuccessCount > 1 || pattern.EditedAt is not null) && Named(pattern).Any(path => paths.Contains(path) || task.Contains(path, StringComparison.Ordinal)),
        PatternType.FileStructure or PatternType.Naming => paths.Count == 0 || Named(pattern) is not [var kind, ..] || paths.Any(path => path.EndsWith(kind, StringComparison.Ordinal)),
    };

    private static List<string> Named(LearnedPattern pattern) => [.. pattern.PatternContent.Split('`').Where((_, index) => index % 2 == 1)];
}
