namespace AutoBuild.Runner.Qa;

/// <summary>Is how a Python project gets its dependencies, and how a tool runs among them.</summary>
/// <param name="Install">Null where there is nothing to install.</param>
/// <param name="Place">Makes the step that runs a tool.</param>
internal sealed record PythonManager(string Name, QaStep? Install, Func<PythonTool, QaStep> Place)
{
    /// <summary>Goes by uv.lock or <c>[tool.uv]</c>, poetry.lock or <c>[tool.poetry]</c>, else pip.</summary>
    /// <param name="programs">The tools that the checks need; null is Python itself.</param>
    internal static PythonManager Of(ProjectFolder folder, PythonConfiguration configuration, IReadOnlyList<string?> programs) =>
        configuration.IsUv ? Uv(folder, configuration)
        : configuration.IsPoetry ? Poetry(folder, configuration)
        : configuration.HasDependencies ? Pip(folder, configuration, programs)
        : new("system", null, tool => OnPath(tool) with { Environment = Environment(("PYTHONPATH", Sources(folder))) });

    private static PythonManager Uv(ProjectFolder folder, PythonConfiguration configuration)
    {
        var environment = Environment(("UV_PROJECT_ENVIRONMENT", Venv(folder)));
        // Group dev comes by default. Where there is no lockfile, uv writes one.
        var command = string.Concat(
            ["uv sync", folder.Has("uv.lock") ? " --locked" : "",
             .. configuration.Extras("project.optional-dependencies").Select(name => $" --extra {name}"),
             .. configuration.Extras("dependency-groups").Where(name => name != "dev").Select(name => $" --group {name}")]);
        var install = Ecosystem.Install(command, Stamp(folder, "pyproject.toml", "uv.lock", ".python-version")) with { Environment = environment };
        return new("uv", install, Place);

        QaStep Place(PythonTool tool)
        {
            var with = tool.Program is null || configuration.DependsOn(tool.Program) ? "" : $"--with {tool.Program} ";
            return tool.Step($"uv run --no-sync {with}{tool.Command}") with { Environment = environment };
        }
    }

    private static PythonManager Poetry(ProjectFolder folder, PythonConfiguration configuration)
    {
        var environment = Environment(("POETRY_VIRTUALENVS_IN_PROJECT", "false"), ("POETRY_VIRTUALENVS_PATH", Venv(folder)));
        var stamp = Stamp(folder, "pyproject.toml", "poetry.lock");
        return new("poetry", Ecosystem.Install("poetry install --no-interaction", stamp) with { Environment = environment }, Place);

        QaStep Place(PythonTool tool) => tool.Program is null || configuration.DependsOn(tool.Program)
            ? tool.Step($"poetry run {tool.Command}") with { Environment = environment }
            : OnPath(tool);
    }

    private static PythonManager Pip(ProjectFolder folder, PythonConfiguration configuration, IReadOnlyList<string?> programs)
    {
        var environment = Environment(
            ("VIRTUAL_ENV", Venv(folder)), ("PATH", $"{Venv(folder)}/bin:{{PATH}}"), ("PIP_DISABLE_PIP_VERSION_CHECK", "1"));
        // A tool that runs inside the environment has to be in it, also where the project forgot to name it.
        var missing = programs.OfType<string>().Where(program => !configuration.DependsOn(program));
        var wanted = configuration.Requirements().Select(file => $"-r {file}").Concat(Itself(configuration)).Concat(missing);
        var groups = configuration.Extras("dependency-groups").Any() ? "python -m pip install -q 'pip>=25.1' && " : "";
        var command = $"test -x \"$VIRTUAL_ENV/bin/python\" || python3 -m venv \"$VIRTUAL_ENV\" && {groups}python -m pip install -q {string.Join(' ', wanted)}";
        var stamp = Stamp(folder, [.. configuration.Requirements(), "pyproject.toml", "setup.py", "setup.cfg", ".python-version"]);
        var install = Ecosystem.Install(command, stamp) with { Tool = "python3", Environment = environment };
        return new("pip", install, tool => tool.Step(tool.Command) with { Environment = environment });
    }

    // The project itself, editable, so that its tests see the tree; with what it names for development.
    private static IEnumerable<string> Itself(PythonConfiguration configuration)
    {
        var extras = string.Join(',', configuration.Extras("project.optional-dependencies"));
        if (configuration.IsPackage)
        {
            yield return extras.Length == 0 ? "-e ." : $"-e '.[{extras}]'";
        }
        foreach (var group in configuration.Extras("dependency-groups"))
        {
            yield return $"--group {group}";
        }
    }

    // Without dependencies there is no environment to make: Python and the tools are the machine's.
    private static QaStep OnPath(PythonTool tool) =>
        tool.Step(tool.Program == "pytest" ? "pytest"
            : tool.Command.StartsWith("python ", StringComparison.Ordinal) ? "python3" + tool.Command["python".Length..]
            : tool.Command);

    private static Dictionary<string, string> Environment(params (string Name, string Value)[] entries) =>
        entries.ToDictionary(entry => entry.Name, entry => entry.Value);

    // What an editable install would make importable.
    private static string Sources(ProjectFolder folder)
    {
        var root = "{tree}" + (folder.Name.Length == 0 ? "" : "/" + folder.Name);
        return folder.HasFolder("src") ? $"{root}/src:{root}" : root;
    }

    private static string Venv(ProjectFolder folder) => "{scratch}/venv" + (folder.Name.Length == 0 ? "" : "-" + folder.Name.Replace('/', '-'));

    private static InstallStamp Stamp(ProjectFolder folder, params string[] inputs) =>
        new(Venv(folder), [.. inputs.Select(file => Path.Combine(folder.Name, file))]);
}
