using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Qa;

/// <summary>Finds a Cargo package or workspace: format and clippy where they are configured, check, and test where there are tests.</summary>
internal static partial class Rust
{
    private const int Depth = 8;
    private const int MaxRead = 2_000;

    internal static Ecosystem? Find(ProjectFolder folder)
    {
        var manifest = folder.Read("Cargo.toml");
        if (manifest.Length == 0)
        {
            return null;
        }
        // Like npm ci: a lockfile that lags behind its manifest is a failure, not a file to change.
        var flags = (folder.Has("Cargo.lock") ? " --locked" : "") + (Workspace().IsMatch(manifest) ? " --workspace" : "");
        var clippy = folder.HasAny("clippy.toml", ".clippy.toml") || Clippy().IsMatch(manifest);
        return Ecosystem.Of("rust",
        [
            folder.HasAny("rustfmt.toml", ".rustfmt.toml") ? Ecosystem.Check("format", "cargo fmt --all --check") : null,
            clippy ? Ecosystem.Check("lint", $"cargo clippy{flags} --all-targets") : Ecosystem.Check("check", $"cargo check{flags} --all-targets"),
            HasTests(folder) ? Ecosystem.Check("test", $"cargo test{flags}") : null,
        ]);
    }

    private static bool HasTests(ProjectFolder folder) =>
        folder.Files(Depth, "*.rs").Take(MaxRead).Any(file => TestMark().IsMatch(folder.Read(file)));

    [GeneratedRegex(@"^\s*\[workspace\]", RegexOptions.Multiline)]
    private static partial Regex Workspace();

    [GeneratedRegex(@"^\s*\[(workspace\.)?lints\.clippy\]", RegexOptions.Multiline)]
    private static partial Regex Clippy();

    // #[test], #[tokio::test], #[rstest]; and examples in comments, which cargo test runs too.
    [GeneratedRegex(@"#\[([a-z_]+::)*(test|rstest|test_case|quickcheck)\b|proptest!|^\s*//[/!]\s*```\s*(rust)?\s*$", RegexOptions.Multiline)]
    private static partial Regex TestMark();
}
