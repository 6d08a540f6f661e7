using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

/// <summary>Puts children behind walls, as root and as an ordinary user, and lets them try to get out.</summary>
public sealed class WallsTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly TempFolder _folder = new();
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WallsTests()
    {
        Assert.SkipUnless(ProcessIsolation.WallsWork, "this machine lets nobody mount in a namespace");
        foreach (var folder in (string[])["data/own tree", "data/shown", "data/other", "checkout", "home/.ssh"])
        {
            Directory.CreateDirectory(_folder[folder]);
        }
        foreach (var file in (string[])["data/token", "data/shown/packed", "data/other/work", "checkout/readme", "home/.ssh/id", "home/.netrc", "home/notes"])
        {
            _folder.Write(file, "mine");
        }
        foreach (var entry in Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Append(_folder.Path))
        {
            File.SetUnixFileMode(entry, (UnixFileMode)511);
        }
    }

    public static TheoryData<bool> Ways => [true, false];

    private Walls Walls => new()
    {
        Own = [_folder["data/own tree"]],
        Shown = [_folder["data/shown"], _folder["checkout"]],
        Hidden = [_folder["data/own tree"], _folder["data/other"], _folder["data"], _folder["home/.ssh"], _folder["home/.netrc"], _folder["absent"]],
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Its_own_folder_is_open(bool asRoot)
    {
        Assert.Equal("ok\n", await SayAsync(asRoot, "echo ok > 'own file' && mkdir -p a/b && mv a c && cat 'own file'"));
        Assert.Equal("ok\n", File.ReadAllText(_folder["data/own tree/own file"]));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_hidden_is_not_there(bool asRoot) =>
        Assert.Equal("own tree\nshown\n\n", await SayAsync(asRoot, "cd $ROOT; ls data; ls home/.ssh; cat home/.netrc data/token 2>/dev/null; echo; touch data/new 2>/dev/null && echo made"));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_shown_can_be_read_and_not_written(bool asRoot)
    {
        Assert.Equal("mineminemine", await SayAsync(asRoot, "cd $ROOT; cat data/shown/packed checkout/readme home/notes; for f in data/shown/packed data/shown/new checkout/readme checkout/new /usr/new /etc/passwd; do (echo bad >> $f) 2>/dev/null && echo wrote $f; done"));
        Assert.Equal("mine", File.ReadAllText(_folder["checkout/readme"]));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Nothing_takes_the_walls_down(bool asRoot) => Assert.Equal("", await SayAsync(asRoot, """
        mount -o remount,bind,rw $ROOT/checkout && echo remounted
        umount -l $ROOT/data && echo unmounted
        mount --bind / /mnt && echo bound
        unshare -rm sh -c 'mount -o remount,bind,rw $ROOT/checkout || umount -l $ROOT/data' && echo nested
        unshare -rmp --fork --mount-proc sh -c 'echo bad > $ROOT/checkout/readme' && echo deeper
        nsenter -t 1 -m sh -c 'echo bad > $ROOT/checkout/readme' && echo entered
        chroot / sh -c 'echo bad > $ROOT/checkout/readme' && echo chrooted
        (echo bad > /proc/1/root$ROOT/checkout/readme) && echo through proc
        (echo x > /proc/sys/kernel/core_pattern) && echo kernel
        for d in /dev/*; do [ -b $d ] && dd if=$d count=1 of=/dev/null && echo read $d; done
        mknod disk b 7 0 && echo made a disk
        true
        """));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task It_sees_no_process_but_its_own(bool asRoot) =>
        Assert.Equal("", await SayAsync(asRoot, $"ls -d /proc/{Environment.ProcessId} 2>/dev/null; test $(ls -d /proc/[0-9]* | wc -l) -lt 10 || echo many"));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Where_scratch_files_go_by_custom_stays_open(bool asRoot) =>
        Assert.Equal("", await SayAsync(asRoot, "for d in /tmp /var/tmp /dev/shm; do f=$(mktemp $d/autobuild-XXXXXX) && rm $f || echo $d; done"));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_asked_for_is_open_too(bool asRoot)
    {
        var walls = Walls with { Open = [_folder["home"]] };
        Assert.Equal("yes\n", await SayAsync(asRoot, "echo yes > $ROOT/home/notes; cat $ROOT/home/notes; (echo no > $ROOT/checkout/readme)", walls));
        walls = Walls with { Open = ["/"] };
        Assert.Equal("again\n", await SayAsync(asRoot, "echo again > $ROOT/home/notes; cat $ROOT/home/notes; cat $ROOT/data/token; (echo no > $ROOT/checkout/readme)", walls));
    }

    [Fact]
    public async Task Without_a_process_namespace_the_walls_stand_as_well()
    {
        var result = await ChildProcess.RunAsync(Shell("touch here; touch $ROOT/checkout/new || echo refused; ls $ROOT/data") with { Confinement = Confinement.None, Walls = Walls }, null, TestContext.Current.CancellationToken);
        Assert.Equal("refused\nown tree\nshown\n", result.Output);
    }

    [Fact]
    public async Task Daemons_end_and_signals_reach_the_child_behind_walls()
    {
        var marker = Guid.NewGuid().ToString();
        await using var child = ChildProcess.Start(Shell("setsid sleep 600 & trap 'exit 7' INT; echo up; while :; do sleep 0.1; done") with { Walls = Walls, Marker = marker }, (_, _) => _up.TrySetResult());
        await _up.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        child.Stop();

        Assert.Equal((ChildEnd.Cancelled, 7), await child.Completion is { } result ? (result.End, result.ExitCode) : default);
        Assert.Empty(ProcessSweep.Find(marker));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Where_a_wall_cannot_be_made_nothing_begins(bool asRoot)
    {
        // A hidden file becomes /dev/null, which is hidden itself then.
        var walls = Walls with { Hidden = ["/dev", _folder["home/.netrc"]] };
        var result = await ChildProcess.RunAsync(As(asRoot, "touch begun", walls), null, TestContext.Current.CancellationToken);
        Assert.Equal(126, result.ExitCode);
        Assert.Contains(".netrc", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["data/own tree/begun"]));
    }

    [Fact]
    public async Task Walls_are_made_in_no_namespace_but_that_of_a_child()
    {
        await using var child = ChildProcess.Start(Shell("sleep 600") with { Confinement = Confinement.None });
        foreach (var process in (ProcessIdentity[])[ProcessIdentity.Current(), ProcessIdentity.Of(child.Pid)!, ProcessIdentity.Of(child.Pid)! with { StartTicks = 1 }])
        {
            Assert.NotNull(WallMaker.Make(process, [new("hide", _folder["home"])]));
        }
        Assert.NotEmpty(Directory.EnumerateFiles(_folder["home"]));
    }

    [Fact]
    public async Task What_is_written_to_a_child_reaches_it_whole()
    {
        var text = string.Concat(Enumerable.Repeat("line\n", 100_000));
        var result = await ChildProcess.RunAsync(Shell("echo first; wc") with { Walls = Walls, StandardInput = System.Text.Encoding.UTF8.GetBytes(text) }, null, TestContext.Current.CancellationToken);
        Assert.Equal(["first", "100000", "100000", "500000"], result.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    private ChildCommand Shell(string script) => new("/bin/sh", ["-c", script])
    {
        WorkingDirectory = _folder["data/own tree"],
        Environment = new Dictionary<string, string> { ["ROOT"] = _folder.Path, ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" },
        Confinement = Confinement.Namespace,
    };

    private async Task<string> SayAsync(bool asRoot, string script, Walls? walls = null)
    {
        var result = await ChildProcess.RunAsync(As(asRoot, script, walls ?? Walls), null, TestContext.Current.CancellationToken);
        Assert.False(result.Error.Contains("autobuild:", StringComparison.Ordinal), result.Error);
        return result.Output;
    }

    // As root of the machine both ways can be tried; as anybody else there is one.
    private ChildCommand As(bool asRoot, string script, Walls walls)
    {
        Assert.SkipUnless(ProcessIsolation.Walls!.IsMachineRoot || !asRoot, "needs root");
        if (asRoot || !ProcessIsolation.Walls.IsMachineRoot)
        {
            return Shell(script) with { Walls = walls };
        }
        string[] line = WallCommand.ByUser(Nobody, Nobody).Wrap(walls, alone: true, ["/bin/sh", "-c", script]);
        return Shell("") with { FileName = "setpriv", Arguments = ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--", .. line], Confinement = Confinement.None };
    }
}
