using AutoBuild.Core.Qa;

namespace AutoBuild.Tests.Qa;

public sealed class PythonDetectionTests : IDisposable
{
    private const string UnitTest = "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n";

    private readonly QaFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Uv_runs_what_the_project_is_configured_for()
    {
        _folder.Write("pyproject.toml", "[project]\nname='a'\n[dependency-groups]\ndev = ['ruff>=0.5', 'pytest']\ntyping = ['x']\n[tool.ruff]\nline-length=100\n[tool.mypy]\nfiles = ['a']\n[tool.pytest.ini_options]\n")
            .Write("uv.lock").Tool("uv");

        var report = await _folder.RunAsync();

        Assert.Equal(["uv sync --locked --group typing", "uv run --no-sync ruff check .", "uv run --no-sync --with mypy mypy", "uv run --no-sync python -m pytest"], _folder.Calls);
        Assert.Equal((QaVerdict.Passed, "python (uv)"), (report.Verdict, report.Source));
        Assert.Equal(["install", "lint", "typecheck", "test"], report.Checks.Select(check => check.Name));
    }

    [Fact]
    public async Task Poetry_keeps_its_environment_out_of_the_tree()
    {
        _folder.Write("pyproject.toml", "[tool.poetry]\n[tool.poetry.group.dev.dependencies]\npytest = \"^8\"\n").Write("tests/test_a.py", "def test_a(): pass")
            .Tool("poetry", """mkdir -p "$POETRY_VIRTUALENVS_PATH" """);

        await _folder.RunAsync();
        await _folder.RunAsync();

        Assert.Equal(["poetry install --no-interaction", "poetry run python -m pytest", "poetry run python -m pytest"], _folder.Calls);
        Assert.Equal(["pyproject.toml", "tests"], Directory.GetFileSystemEntries(_folder.Tree).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Pip_installs_into_an_environment_outside_the_tree()
    {
        const string Venv = """test "$1" = -m && test "$2" = venv && { mkdir -p "$3/bin"; touch "$3/bin/python"; exit 0; }; exit 0""";
        _folder.Write("requirements.txt", "requests\npytest==8\n").Write("requirements-dev.txt", "-r requirements.txt\n").Write("setup.cfg", "[flake8]\n").Write("tests/test_a.py", "def test_a(): pass")
            .Tool("python3", Venv).Tool("python").Tool("flake8");

        var report = await _folder.RunAsync();

        Assert.Equal(QaVerdict.Passed, report.Verdict);
        Assert.Equal([$"python3 -m venv {_folder.Tree}.qa/venv", "python -m pip install -q -r requirements.txt -r requirements-dev.txt flake8", "flake8", "python -m pytest"], _folder.Calls);
        Assert.DoesNotContain(".venv", Directory.GetFileSystemEntries(_folder.Tree).Select(Path.GetFileName));

        await _folder.RunAsync();
        Assert.Equal(["flake8", "python -m pytest"], _folder.Calls[4..]);
    }

    [Theory]
    [InlineData("[build-system]\n[project]\nname='a'\n[dependency-groups]\ndev=['pytest']", "-e . --group dev")]
    [InlineData("[project]\nname='a'\ndependencies = ['x']", "-e .")]
    [InlineData("[project]\nname='a'\ndependencies = [\n  'x',\n]\n[project.optional-dependencies]\ndocs=['s']\ntest=['pytest']\ndev = ['ruff']", "-e '.[test,dev]'")]
    public void The_project_itself_is_installed_with_its_extras_for_development(string project, string argument)
    {
        _folder.Write("pyproject.toml", project + "\n").Write("tests/test_a.py", UnitTest);

        Assert.EndsWith($"python -m pip install -q {argument}", _folder.Commands[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_without_dependencies_runs_from_its_folder()
    {
        _folder.Write("pyproject.toml", "[build-system]\nrequires=['setuptools']\n[project]\nname='a'\ndependencies = []\n").Write("requirements.txt", "# none\n")
            .Write("src/a/__init__.py").Write("tests/test_a.py", "def test_a(): pass").Tool("pytest", "echo $PYTHONPATH");

        var check = Assert.Single((await _folder.RunAsync()).Checks);

        Assert.Equal(("pytest", $"{_folder.Tree}/src:{_folder.Tree}"), (check.Command, check.LogTail));
    }

    [Theory]
    [InlineData("[tool.ruff.lint]", "", "ruff check .")]
    [InlineData("", "ruff.toml", "ruff check .")]
    [InlineData("[tool.mypy]", "", "mypy .")]
    [InlineData("[tool.pyright]", "", "pyright")]
    [InlineData("", "pyrightconfig.json", "pyright")]
    [InlineData("", "mypy.ini", "mypy .")]
    [InlineData("", "conftest.py", "pytest")]
    [InlineData("[tool.ruffian]", "", null)]
    public void Tools_are_run_where_they_are_configured(string table, string file, string? command)
    {
        _folder.Write("pyproject.toml", table + "\n");
        if (file.Length > 0)
        {
            _folder.Write(file);
        }

        Assert.Equal(command is null ? [] : [command], _folder.Commands);
    }

    [Theory]
    [InlineData("test_a.py", UnitTest, "python3 -m unittest discover")]
    [InlineData("tests/test_a.py", UnitTest, "python3 -m unittest discover -s tests")]
    [InlineData("tests/a_test.py", UnitTest, "pytest")]
    [InlineData("test_a.py", "import pytest\n" + UnitTest, "pytest")]
    [InlineData("test_a.py", "def test_a():\n    pass", "pytest")]
    public void Tests_without_configuration_choose_their_runner(string file, string text, string command)
    {
        _folder.Write(file, text);

        Assert.Equal([command], _folder.Commands);
    }

    [Fact]
    public void Packages_of_tests_are_discovered_from_the_root()
    {
        _folder.Write("tests/__init__.py").Write("tests/test_a.py", UnitTest);

        Assert.Equal(["python3 -m unittest discover"], _folder.Commands);
    }

    [Fact]
    public void Django_tests_run_through_its_manager()
    {
        _folder.Write("manage.py", "import django").Write("requirements.txt", "django").Write("tests/test_a.py", UnitTest);

        Assert.Equal("python manage.py test", _folder.Commands[^1]);
    }

    [Fact]
    public async Task Pytest_that_finds_no_tests_is_no_pass()
    {
        _folder.Write("pytest.ini", "[pytest]").Tool("pytest", "exit 5");

        var report = await _folder.RunAsync();

        Assert.Equal((QaVerdict.NotRun, "It found no tests."), (report.Verdict, report.Checks[0].Reason));
    }
}
