using System.Globalization;

namespace AutoBuild.Workspaces;

/// <summary>Writes the command line that puts a child behind <see cref="Walls"/>, in a way this machine allows.</summary>
/// <param name="Unshare">Options that give the right to mount in a namespace.</param>
/// <param name="Lock">The command that gives it up again.</param>
/// <param name="IsMachineRoot">True where the child has the powers of root over the machine.</param>
internal sealed record WallCommand(string[] Unshare, string[] Lock, bool IsMachineRoot)
{
    // What root needs for work on files; nothing that reaches kernel, disks, mounts or other processes.
    private const string RootKeeps = "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+net_bind_service,+sys_chroot";

    // sh knows the files 0 to 9 by number, and the last is the lifeline.
    private const int MostHeld = 6;

    private static readonly string[] OwnProcesses = ["--pid", "--fork", "--kill-child", "--mount-proc"];

    private static readonly string Script = Read();

    /// <summary>Whose powers make them.</summary>
    public string Name => IsMachineRoot ? "root" : "user";

    /// <summary>The ways there are on this machine, the best first.</summary>
    public static IEnumerable<WallCommand> Ways()
    {
        if (Executable.Find("setpriv") is { } setpriv)
        {
            yield return ByRoot(setpriv);
        }
        var (user, group) = Ids();
        yield return ByUser(user, group);
    }

    /// <summary>As root: by giving up its rights.</summary>
    public static WallCommand ByRoot(string setpriv) => new([], [setpriv, "--bounding-set", RootKeeps, "--inh-caps", "-all", "--"], true);

    /// <summary>As anybody: as root of a user namespace, and then again as oneself in one below it.</summary>
    public static WallCommand ByUser(string user, string group) =>
        new(["--user", "--map-root-user"], [Executable.Find("unshare")!, "--user", $"--map-user={user}", $"--map-group={group}", "--"], false);

    /// <summary>Tries it: the own folder can be written, a hidden one and the machine can't, and no mount can be changed.</summary>
    public bool Works()
    {
        var folder = Directory.CreateTempSubdirectory("autobuild-walls-").FullName;
        try
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, "own")).FullName;
            var walls = new Walls { Own = [own], Hidden = [folder] };
            const string Trial = "cd \"$1\" && echo x > own/x && ! [ -w . ] && ! [ -w / ] && ! mount -o remount,bind,rw . && ! umount .";
            var line = Wrap(walls, alone: true, ["/bin/sh", "-c", Trial, "sh", folder]);
            return Launcher.Succeeds(line[0], line[1..], Rest(walls));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Puts a command behind walls, or where root makes them, holds it back until <see cref="WallGate"/> has taken the <see cref="Rest"/>.</summary>
    /// <param name="walls">What is closed and open.</param>
    /// <param name="alone">Whether it gets a process namespace too.</param>
    /// <param name="line">The command.</param>
    public string[] Wrap(Walls walls, bool alone, string[] line)
    {
        string[] making = IsMachineRoot
            ? [WallGate.Script, "sh"]
            : [Script, "sh", .. WallStep.For(walls, false, MostHeld).SelectMany(step => (string[])[step.Verb, step.Path]), "--"];
        return [Executable.Find("unshare")!, .. Unshare, "--mount", .. alone ? OwnProcesses : [], "--", "/bin/sh", "-c", .. making, .. Lock, .. line];
    }

    /// <summary>The steps that are left to us once the command was started.</summary>
    public IReadOnlyList<WallStep> Rest(Walls walls) => IsMachineRoot ? WallStep.For(walls, true, int.MaxValue) : [];

    private static (string User, string Group) Ids()
    {
        var lines = File.Exists("/proc/self/status") ? File.ReadAllLines("/proc/self/status") : [];
        return (Id("Uid:"), Id("Gid:"));

        // Real, effective, saved and of the file system.
        string Id(string name) => lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split('\t')[2] ?? 0.ToString(CultureInfo.InvariantCulture);
    }

    private static string Read()
    {
        using var stream = typeof(WallCommand).Assembly.GetManifestResourceStream("AutoBuild.Workspaces.Processes.walls.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
