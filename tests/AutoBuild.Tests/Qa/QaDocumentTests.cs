using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Tests.Qa;

/// <summary>Holds docs/recipe.md and docs/qa.md to what the code does.</summary>
public sealed partial class QaDocumentTests
{
    private static string Document(string name, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", name));

    [Fact]
    public void The_example_of_a_recipe_can_be_read_and_has_every_key_of_the_table()
    {
        var document = Document("recipe.md");
        var example = Fence().Match(document).Groups[1].Value;

        Assert.Null(Recipe.Parse(example).Refusal);
        var keys = Recipe.Parse("nothing: 1").Refusal!.Sentence.Split("expected one of ")[1].TrimEnd('.').Split(", ");
        Assert.All(keys, key => Assert.Matches($"(?m)^{key}:", example));
        Assert.All(keys, key => Assert.Contains($"\n| `{key}` |", document, StringComparison.Ordinal));
    }

    [Fact]
    public void The_refusal_in_the_document_is_what_is_said() =>
        Assert.Contains(Recipe.Parse("setup: x\nsteup: y").Refusal!.Sentence, Document("recipe.md"), StringComparison.Ordinal);

    [Theory]
    [InlineData("package.json={\"scripts\":{\"lint\":\"x\",\"typecheck\":\"x\",\"test\":\"x\"},\"dependencies\":{\"a\":\"1\"}};package-lock.json={}")]
    [InlineData("package.json={\"packageManager\":\"pnpm@9.0.0\",\"workspaces\":[]};packages/a/package.json={\"scripts\":{\"test\":\"x\"}}")]
    [InlineData("pytest.ini=;ruff.toml=;mypy.ini=")]
    [InlineData("tests/test_a.py=import unittest")]
    [InlineData("a.slnx=;t/t.csproj=<IsTestProject>true")]
    [InlineData("go.mod=;a_test.go=;.golangci.yml=")]
    [InlineData("Cargo.toml=[package];rustfmt.toml=;tests/a.rs=#[test]")]
    [InlineData("Cargo.toml=[package];clippy.toml=")]
    [InlineData("pom.xml=")]
    [InlineData("build.gradle=")]
    [InlineData("Makefile=check:")]
    public void Commands_that_are_detected_stand_in_the_table(string files)
    {
        using var folder = new QaFolder();
        foreach (var file in files.Split(';'))
        {
            folder.Write(file.Split('=')[0], file[(file.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        }

        Assert.NotEmpty(folder.Commands);
        Assert.All(folder.Commands, command => Assert.Contains($"`{command.Replace(" -s tests", "", StringComparison.Ordinal)}`", Document("qa.md"), StringComparison.Ordinal));
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
