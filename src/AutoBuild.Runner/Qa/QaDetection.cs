namespace AutoBuild.Runner.Qa;

/// <summary>Finds the checks of a repository without a recipe; the table is in <c>docs/qa.md</c>.</summary>
public static class QaDetection
{
    private const int MaxProjects = 8;

    // All that apply run, in this order.
    private static readonly Func<ProjectFolder, Ecosystem?>[] Ecosystems = [Node.Find, Python.Find, DotNet.Find, Go.Find, Rust.Find, Java.Find];

    // The first that applies runs, and only where no ecosystem was found: as a rule they wrap its commands.
    private static readonly Func<ProjectFolder, Ecosystem?>[] Wrappers = [Make.Find, Script.Find];

    /// <summary>Looks at the root; where nothing is there, at the folders directly below, and at those below packages, apps, services, libs, crates and modules.</summary>
    public static QaPlan Detect(string tree)
    {
        var root = new ProjectFolder(Path.GetFullPath(tree));
        var found = In(root);
        if (found.Count == 0)
        {
            found = [.. Below(root).SelectMany(In).Take(MaxProjects)];
        }
        return found.Count == 0
            ? new("none", []) { Detected = true, Reason = "No checks were found: add 'qa' to .autobuild.yaml, or a test script that detection knows." }
            : new(string.Join(", ", found.Select(project => project.Label)), [.. Named(found)]) { Detected = true };
    }

    private static List<Ecosystem> In(ProjectFolder folder)
    {
        var found = Ecosystems.Select(find => find(folder)).OfType<Ecosystem>().ToList();
        if (found.Count == 0 && Wrappers.Select(find => find(folder)).OfType<Ecosystem>().FirstOrDefault() is { } wrapper)
        {
            found.Add(wrapper);
        }
        return [.. found.Select(project => Placed(project, folder))];
    }

    private static IEnumerable<ProjectFolder> Below(ProjectFolder root) => root.Folders().SelectMany(folder =>
        folder.Name is "packages" or "apps" or "services" or "libs" or "crates" or "modules" ? folder.Folders() : [folder]);

    private static Ecosystem Placed(Ecosystem project, ProjectFolder folder)
    {
        var (prefix, cd) = folder.Name.Length == 0 ? ("", "") : ($"{folder.Name}: ", $"cd {Ecosystem.Quote(folder.Name)} && ");
        return new(prefix + project.Label, [.. project.Steps.Select(step => step with
        {
            Group = prefix + project.Label,
            Check = step.Check with { Name = prefix + step.Check.Name, Command = cd + step.Check.Command },
        })]);
    }

    // "test" where it is the only one, else "test (node)" and "test (python)".
    private static IEnumerable<QaStep> Named(List<Ecosystem> found)
    {
        var steps = found.SelectMany(project => project.Steps).ToList();
        var taken = steps.CountBy(step => step.Check.Name).ToDictionary();
        return steps.Select(step => taken[step.Check.Name] == 1 ? step : step with { Check = step.Check with { Name = $"{step.Check.Name} ({Kind(step.Group)})" } });
    }

    private static string Kind(string group) => group.Split(": ")[^1].Split(' ')[0];
}
