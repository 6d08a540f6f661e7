using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Qa;

/// <summary>Is what the test files of a Python project say about who runs them.</summary>
/// <param name="NeedPytest">They import pytest, or hold test functions outside classes, or carry names that unittest doesn't look for.</param>
/// <param name="Start">The arguments of <c>unittest discover</c>.</param>
internal sealed partial record PythonTests(bool Any, bool NeedPytest, string Start)
{
    private const int Depth = 4;
    private const int MaxRead = 50;

    private static readonly string[] Names = ["test_*.py", "*_test.py", "tests.py"];
    private static readonly string[] Folders = ["tests", "test", "src"];

    internal static PythonTests In(ProjectFolder folder)
    {
        var files = folder.Files(0, Names)
            .Concat(Folders.Where(folder.HasFolder)
                .SelectMany(name => (folder with { Name = Path.Combine(folder.Name, name) }).Files(Depth, Names).Select(file => $"{name}/{file}")))
            .ToList();
        var unittest = files.Any(file => Path.GetFileName(file).StartsWith("test", StringComparison.Ordinal))
            && files.Take(MaxRead).Any(file => UnitTest().IsMatch(folder.Read(file)));
        var pytest = files.Take(MaxRead).Any(file => PytestStyle().IsMatch(folder.Read(file)));
        return new(files.Count > 0, files.Count > 0 && (pytest || !unittest), Arguments(folder, files));
    }

    // unittest walks into packages only, from the folder that it is given.
    private static string Arguments(ProjectFolder folder, List<string> files)
    {
        var outside = Folders[..2].FirstOrDefault(name => files.Any(file => file.StartsWith(name + "/", StringComparison.Ordinal)) && !folder.Has($"{name}/__init__.py"));
        return outside is null ? "" : $" -s {outside}";
    }

    [GeneratedRegex(@"^\s*(import unittest|from unittest)|TestCase", RegexOptions.Multiline)]
    private static partial Regex UnitTest();

    [GeneratedRegex(@"^\s*(import pytest|from pytest)|^(async )?def test_", RegexOptions.Multiline)]
    private static partial Regex PytestStyle();
}
