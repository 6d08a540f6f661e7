using AutoBuild.Syntax;

namespace AutoBuild.Tests.Syntax;

/// <summary>Finds the row of a file.</summary>
public sealed class LanguagesTests
{
    [Theory]
    [InlineData("src/A.cs", "C#")]
    [InlineData("a/b.test.ts", "TypeScript")]
    [InlineData("a/b.test.tsx", "TSX")]
    [InlineData("x.JSX", "JavaScript")]
    [InlineData("a.csproj", "XML")]
    [InlineData("Directory.Build.props", "XML")]
    [InlineData("Dockerfile", "Shell")]
    [InlineData("a/.editorconfig", "INI")]
    [InlineData("Cargo.lock", "TOML")]
    [InlineData(".github/workflows/ci.yml", "YAML")]
    [InlineData("docs/a.mdx", "Markdown")]
    [InlineData("a.hpp", "C++")]
    [InlineData("a.min.css", "CSS")]
    public void A_path_has_its_language(string path, string name) => Assert.Equal(name, Languages.ForPath(path)?.Name);

    [Theory]
    [InlineData("a")]
    [InlineData("a.png")]
    [InlineData("cs")]
    [InlineData("")]
    public void An_unknown_one_has_none(string path) => Assert.Null(Languages.ForPath(path));

    [Fact]
    public void Every_language_has_a_name_and_files_of_its_own()
    {
        Assert.Equal(Languages.All.Count, Languages.All.Select(language => language.Name).Distinct().Count());
        Assert.All(Languages.All, language => Assert.All(language.Extensions, extension => Assert.Same(language, Languages.ForPath("a" + extension))));
    }
}
