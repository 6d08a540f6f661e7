namespace AutoBuild.Workspaces;

/// <summary>One rescue: work that would have been lost.</summary>
/// <param name="Name">Below refs/autobuild/rescue/: &lt;job&gt;-&lt;attempt&gt;[-n].</param>
/// <param name="Commit">The commit that holds it.</param>
/// <param name="At">When it was made.</param>
/// <param name="Message">What was found and saved.</param>
public sealed record RescueEntry(string Name, string Commit, DateTimeOffset At, string Message);
