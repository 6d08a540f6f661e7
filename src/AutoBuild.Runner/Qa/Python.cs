using AutoBuild.Core.Qa;

namespace AutoBuild.Runner.Qa;

/// <summary>Finds the checks of a Python project: install, ruff, flake8, mypy or pyright as configured, pytest or unittest.</summary>
internal static class Python
{
    internal static Ecosystem? Find(ProjectFolder folder)
    {
        var configuration = new PythonConfiguration(folder);
        var tools = Tools(configuration, PythonTests.In(folder)).ToList();
        var manager = PythonManager.Of(folder, configuration, [.. tools.Select(tool => tool.Program)]);
        return Ecosystem.Of($"python ({manager.Name})", [manager.Install, .. tools.Select(tool => manager.Place(tool))]);
    }

    private static IEnumerable<PythonTool> Tools(PythonConfiguration configuration, PythonTests tests)
    {
        if (configuration.HasRuff)
        {
            yield return new("lint", "ruff", "ruff check .");
        }
        else if (configuration.HasFlake8)
        {
            yield return new("lint", "flake8", "flake8");
        }
        if (configuration.HasMypy)
        {
            yield return new("typecheck", "mypy", configuration.MypyNamesFiles ? "mypy" : "mypy .");
        }
        else if (configuration.HasPyright)
        {
            yield return new("typecheck", "pyright", "pyright");
        }
        if (Test(configuration, tests) is { } test)
        {
            yield return test;
        }
    }

    // pytest and unittest say with exit code 5 that they found no test; unittest only since 3.12.
    private static PythonTool? Test(PythonConfiguration configuration, PythonTests tests) =>
        configuration.HasPytest ? new("test", "pytest", "python -m pytest") { EmptyExit = 5 }
        : configuration.IsDjango && tests.Any ? new("test", null, "python manage.py test") { EmptyExit = 5, EmptyText = "Found 0 test(s)" }
        : tests.NeedPytest ? new("test", "pytest", "python -m pytest") { EmptyExit = 5 }
        : tests.Any ? new("test", null, $"python -m unittest discover{tests.Start}") { EmptyExit = 5, EmptyText = "\nRan 0 tests in" }
        : null;
}

/// <summary>Is one tool that a Python project is set up for.</summary>
/// <param name="Program">The package and program; null for what comes with Python.</param>
/// <param name="Command">As in an activated environment.</param>
internal sealed record PythonTool(string Check, string? Program, string Command)
{
    internal int? EmptyExit { get; init; }

    internal string? EmptyText { get; init; }

    internal QaStep Step(string command) => new(new QaCheck { Name = Check, Command = command }) { EmptyExit = EmptyExit, EmptyText = EmptyText };
}
