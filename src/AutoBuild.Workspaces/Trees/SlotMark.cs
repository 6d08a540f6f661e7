using System.Globalization;

namespace AutoBuild.Workspaces;

/// <summary>Says that a slot's files are exactly those of a commit; taken away before anything may change them.</summary>
/// <param name="Commit">What is checked out.</param>
/// <param name="IdleSince">When the slot was last used.</param>
internal sealed record SlotMark(string Commit, DateTimeOffset IdleSince)
{
    public static SlotMark? Read(string slot)
    {
        var file = Path.Combine(slot, "clean");
        return File.Exists(file) && File.ReadAllText(file).Split('\n') is [var commit, var since, ..]
            ? new(commit, DateTimeOffset.Parse(since, CultureInfo.InvariantCulture)) : null;
    }

    public void Write(string slot) => TreeFiles.Replace(Path.Combine(slot, "clean"), $"{Commit}\n{IdleSince.ToString("O", CultureInfo.InvariantCulture)}\n");

    /// <summary>Takes the mark away and notes which commit the tree will be prepared at.</summary>
    public static void BeginUse(string slot, string startCommit)
    {
        Directory.CreateDirectory(slot);
        File.WriteAllText(Path.Combine(slot, "preparing"), "");
        TreeFiles.Replace(Path.Combine(slot, "start"), startCommit);
        File.Delete(Path.Combine(slot, "clean"));
    }

    /// <summary>From here on the files are the agent's, and nothing of them may be lost.</summary>
    public static void EndPreparation(string slot) => File.Delete(Path.Combine(slot, "preparing"));

    /// <summary>True when a preparation was cut off, so that no one has worked here yet.</summary>
    public static bool IsHalfMade(string slot) => File.Exists(Path.Combine(slot, "preparing"));

    /// <summary>The commit of the last preparation; null when there was none.</summary>
    public static string? StartOf(string slot)
    {
        var file = Path.Combine(slot, "start");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }
}
