namespace AutoBuild.Workspaces;

/// <summary>One step in making walls.</summary>
/// <param name="Verb">hold: keep a folder that will be hidden; guard: what stands for kernel and disks; close: everything; open, shut: one path, writable or not;
/// hide: make it empty; show-rw, show-ro: put back what is held; seal: make a hidden folder read-only.</param>
/// <param name="Path">A real path; empty where the verb needs none.</param>
internal readonly record struct WallStep(string Verb, string Path)
{
    private static readonly string[] Scratch = ["/tmp", "/var/tmp", "/dev/shm"];

    /// <summary>The steps to take, in their order.</summary>
    /// <param name="walls">What is closed and open.</param>
    /// <param name="isMachineRoot">Whether the child has the powers of root over the machine.</param>
    /// <param name="mostHeld">How many folders in hidden ones can be kept.</param>
    public static IReadOnlyList<WallStep> For(Walls walls, bool isMachineRoot, int mostHeld)
    {
        var own = Real(walls.Own);
        var shown = Real(walls.Shown).Except(own).ToList();
        var open = Real(walls.Open);
        var hidden = Outermost(Real(walls.Hidden).Except(own).Except(shown).Except(open));
        bool IsCovered(string path) => hidden.Any(above => IsBelow(path, above));
        // Later ones lie on earlier ones: a tree in the user's checkout is open though that is not.
        var held = own.Where(IsCovered).Concat(shown.Where(IsCovered)).Take(mostHeld).Reverse().ToList();
        return [
            .. held.Select(path => new WallStep("hold", path)),
            .. isMachineRoot ? [new("guard", "")] : Array.Empty<WallStep>(),
            .. open.Contains("/") ? [] : Scratch.Concat(open).Select(path => new WallStep("open", path)).Prepend(new("close", "")),
            .. shown.Except(held).Select(path => new WallStep("shut", path)),
            .. own.Except(held).Select(path => new WallStep("open", path)),
            .. hidden.Select(path => new WallStep("hide", path)),
            .. held.Select(path => new WallStep(own.Contains(path) ? "show-rw" : "show-ro", path)),
            .. hidden.Where(Directory.Exists).Select(path => new WallStep("seal", path)),
        ];
    }

    // The mount table has real paths.
    private static List<string> Real(IReadOnlyList<string> paths) => [.. paths.Where(System.IO.Path.Exists).Select(RealPath.Of).Distinct()];

    private static bool IsBelow(string path, string above) => path.StartsWith(above + "/", StringComparison.Ordinal);

    private static List<string> Outermost(IEnumerable<string> paths)
    {
        var all = paths.ToList();
        return [.. all.Where(path => !all.Any(other => IsBelow(path, other)))];
    }
}
