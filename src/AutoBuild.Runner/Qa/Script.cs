namespace AutoBuild.Runner.Qa;

/// <summary>Finds an executable file that is by its name there to run the tests.</summary>
internal static class Script
{
    private static readonly string[] s_names = ["script/test", "scripts/test", "test", "test.sh", "run_tests.sh"];

    internal static Ecosystem? Find(ProjectFolder folder) =>
        s_names.FirstOrDefault(folder.IsExecutable) is { } name ? Ecosystem.Of("script", [Ecosystem.Check("test", $"./{name}")]) : null;
}
