namespace AutoBuild.Runner.Qa;

/// <summary>Finds a Maven or Gradle build; the project's own wrapper comes first, Maven before Gradle where both are there.</summary>
internal static class Java
{
    internal static Ecosystem? Find(ProjectFolder folder) =>
        folder.Has("pom.xml") ? Ecosystem.Of("maven", [Ecosystem.Check("verify", $"{Program(folder, "mvnw", "mvn")} -B -q verify")])
        : folder.HasAny("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")
            ? Ecosystem.Of("gradle", [Ecosystem.Check("check", $"{Program(folder, "gradlew", "gradle")} check --no-daemon --console=plain")])
        : null;

    // A wrapper committed on Windows lacks the executable bit.
    private static string Program(ProjectFolder folder, string wrapper, string program) =>
        folder.IsExecutable(wrapper) ? $"./{wrapper}" : folder.Has(wrapper) ? $"sh ./{wrapper}" : program;
}
