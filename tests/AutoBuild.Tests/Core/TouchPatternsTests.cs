using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Core;

/// <summary>Compares what tickets say that they touch.</summary>
public sealed class TouchPatternsTests
{
    [Theory]
    [InlineData("src/a.cs", "src/a.cs")]
    [InlineData("src", "src/a.cs")]
    [InlineData("src/", "src/b/a.cs")]
    [InlineData("./src/*.cs", "src/a.cs")]
    [InlineData("src/**", "src/a/b.cs")]
    [InlineData("**/*.md", "docs/a.md")]
    [InlineData("**", "a")]
    [InlineData("src/a*.cs", "src/*b.cs")]
    [InlineData("src/*/x", "src/a/?")]
    [InlineData("src/**/x.cs", "src/api/*.cs")]
    [InlineData("src/[ab].cs", "src/a.cs")]
    public void Some_path_fits_both(string one, string other)
    {
        Assert.Equal((one, other), TouchPatterns.Overlap([one], [other]));
        Assert.Equal((other, one), TouchPatterns.Overlap([other], [one]));
    }

    [Theory]
    [InlineData("src/a.cs", "src/b.cs")]
    [InlineData("src", "srcs/a.cs")]
    [InlineData("src/*.cs", "src/a.ts")]
    [InlineData("src/*.cs", "src/b/a.cs")]
    [InlineData("docs/**", "src/**")]
    [InlineData("a*b", "a*c")]
    public void No_path_fits_both(string one, string other)
    {
        Assert.Null(TouchPatterns.Overlap([one], [other]));
        Assert.Null(TouchPatterns.Overlap([other], [one]));
    }
}
