namespace AutoBuild.Runner.Qa;

/// <summary>Finds an executable file that is by its name there to run the tests.</summary>
internal static class Script
{
    private static readonly string[] Names = ["script/test", "scripts/test", "test", "test.sh", "run_tests.sh"];

    internal static Ecosystem? Find(ProjectFolder folder) =>
        Names.FirstOrDefault(folder.IsExecutable) is { } name ? Ecosystem.Of("script", [Ecosystem.Check("test", $"./{name}")]) : null;
}
