using System.Text.RegularExpressions;

namespace AutoBuild.Runner.Qa;

/// <summary>Tells which tools a Python project is configured for and which it depends on, from the text of its files.</summary>
internal sealed class PythonConfiguration(ProjectFolder folder)
{
    private static readonly string[] RequirementFiles =
    [
        "requirements.txt", "requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt",
        "requirements-test.txt", "test-requirements.txt", "requirements/dev.txt", "requirements/test.txt",
    ];

    private readonly string _project = folder.Read("pyproject.toml");
    private readonly string _setup = folder.Read("setup.cfg");
    private readonly string _tox = folder.Read("tox.ini");

    internal bool HasRuff => folder.HasAny("ruff.toml", ".ruff.toml") || HasTable(_project, "tool.ruff");

    internal bool HasFlake8 => folder.Has(".flake8") || HasTable(_setup, "flake8") || HasTable(_tox, "flake8");

    internal bool HasMypy => folder.HasAny("mypy.ini", ".mypy.ini") || HasTable(_project, "tool.mypy") || HasTable(_setup, "mypy");

    internal bool HasPyright => folder.Has("pyrightconfig.json") || HasTable(_project, "tool.pyright");

    internal bool HasPytest => folder.HasAny("pytest.ini", ".pytest.ini", "conftest.py", "tests/conftest.py", "test/conftest.py")
        || HasTable(_project, "tool.pytest") || HasTable(_setup, "tool:pytest") || HasTable(_tox, "pytest");

    internal bool IsDjango => folder.Read("manage.py").Contains("django", StringComparison.Ordinal);

    internal bool IsUv => folder.Has("uv.lock") || HasTable(_project, "tool.uv");

    internal bool IsPoetry => folder.Has("poetry.lock") || HasTable(_project, "tool.poetry");

    /// <summary>The project itself can be installed.</summary>
    internal bool IsPackage => HasTable(_project, "build-system") || HasTable(_project, "project") || folder.Has("setup.py") || HasTable(_setup, "metadata");

    internal bool MypyNamesFiles =>
        new[] { folder.Read("mypy.ini"), folder.Read(".mypy.ini"), Table(_project, "tool.mypy"), Table(_setup, "mypy") }
            .Any(text => Has(text, @"^\s*(files|packages|modules)\s*="));

    /// <summary>The project's own <c>[project.optional-dependencies]</c> or <c>[dependency-groups]</c> that hold tools for development.</summary>
    internal IEnumerable<string> Extras(string table) =>
        _project.Length == 0 ? [] : Regex.Matches(Table(_project, table), @"^\s*""?(dev|test|tests|testing|lint|typing|types|develop)""?\s*=", RegexOptions.Multiline).Select(match => match.Groups[1].Value);

    /// <summary>The project asks for a package by name, in any of its files.</summary>
    internal bool DependsOn(string package) =>
        Requirements().Append("setup.py").Append("setup.cfg").Append("Pipfile").Select(folder.Read).Append(_project)
            .Any(text => Has(text, $@"^\s*[""']?{Regex.Escape(package)}\s*([\[<>=!~;""',]|$)|[""']{Regex.Escape(package)}\s*[\[<>=!~;""']"));

    /// <summary>The files of requirements that a developer installs, in order.</summary>
    internal IEnumerable<string> Requirements() => RequirementFiles.Where(folder.Has);

    /// <summary>There is something to fetch; a package alone runs from its folder.</summary>
    internal bool HasDependencies => Requirements().Any(file => Has(folder.Read(file), @"^\s*[^\s#]"))
        || Has(Table(_project, "project"), @"^\s*dependencies\s*=\s*\[\s*[^\]\s]")
        || Has(folder.Read("setup.py") + _setup, @"^\s*install_requires\s*=")
        || Extras("project.optional-dependencies").Any() || Extras("dependency-groups").Any();

    // "[tool.ruff]", "[tool.ruff.lint]", "[mypy-requests.*]" for mypy.
    private static bool HasTable(string text, string name) => Has(text, $@"^\s*\[{Regex.Escape(name)}(\]|[.-])");

    // Most repositories have none of these files, and the first pattern costs a run some milliseconds.
    private static bool Has(string text, string pattern) => text.Length > 0 && Regex.IsMatch(text, pattern, RegexOptions.Multiline);

    private static string Table(string text, string name)
    {
        if (text.Length == 0)
        {
            return "";
        }
        var match = Regex.Match(text, $@"^\s*\[{Regex.Escape(name)}\][^\n]*\n(.*?)(?=^\s*\[[A-Za-z]|\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        return match.Groups[1].Value;
    }
}
