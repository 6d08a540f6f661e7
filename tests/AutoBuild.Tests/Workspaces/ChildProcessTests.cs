using System.Security.Cryptography;
using System.Text;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ChildCommand Shell(string script) => new("/bin/sh", ["-c", script]);

    [Fact]
    public async Task Exit_code_and_both_outputs_come_back()
    {
        var result = await ChildProcess.RunAsync(Shell("echo out; echo err >&2; exit 7"), null, Stop);

        Assert.Equal((ChildEnd.Exited, 7, "out\n", "err\n"), (result.End, result.ExitCode, result.Output, result.Error));
    }

    [Theory]
    [InlineData(Confinement.None)]
    [InlineData(Confinement.Sweep)]
    [InlineData(Confinement.Namespace)]
    public async Task A_megabyte_on_standard_input_arrives_byte_for_byte(Confinement confinement)
    {
        var prompt = new byte[1 << 20];
        new Random(1).NextBytes(prompt);
        var echoed = new MemoryStream();

        var result = await ChildProcess.RunAsync(new ChildCommand("cat", []) { StandardInput = prompt, Confinement = confinement },
            (chunk, _) => echoed.Write(chunk.Span), Stop);

        Assert.True(result.Succeeded);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(prompt)), Convert.ToHexString(SHA256.HashData(echoed.ToArray())));
    }

    [Fact]
    public async Task A_child_that_never_reads_its_input_ends_all_the_same()
    {
        var result = await ChildProcess.RunAsync(Shell("exit 0") with { StandardInput = new byte[8 << 20] }, null, Stop).WaitAsync(Patience, Stop);

        Assert.True(result.Succeeded);
    }

    [Fact]
    public async Task Arguments_pass_unchanged()
    {
        string[] nasty = ["", " ", "a b", "$HOME", "`id`", "'", "\"", "ж\n漢", "*", "--"];
        var result = await ChildProcess.RunAsync(new ChildCommand("printf", ["<%s>", .. nasty]) { Confinement = Confinement.Namespace }, null, Stop);

        Assert.Equal(string.Concat(nasty.Select(text => $"<{text}>")), result.Output);
    }

    [Fact]
    public async Task A_given_environment_is_the_whole_one()
    {
        var command = new ChildCommand("env", []) { Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["ONLY"] = "this" } };
        var names = (await ChildProcess.RunAsync(command, null, Stop)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]);

        Assert.Equal(["AUTOBUILD_CHILD", "ONLY", "PATH"], names.Order());
    }

    [Theory]
    [InlineData(Confinement.None)]
    [InlineData(Confinement.Sweep)]
    [InlineData(Confinement.Namespace)]
    public async Task Cancellation_interrupts_politely_first(Confinement confinement)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var command = Shell("trap 'echo bye; exit 3' INT; echo ready; while :; do sleep 0.05; done") with { Confinement = confinement };
        var run = ChildProcess.RunAsync(command, (chunk, _) =>
        {
            if (Encoding.UTF8.GetString(chunk.Span).Contains("ready", StringComparison.Ordinal))
            {
                cancel.CancelAfter(0);
            }
        }, cancel.Token);

        var result = await run.WaitAsync(Patience, Stop);

        Assert.Equal((ChildEnd.Cancelled, 3, "ready\nbye\n"), (result.End, result.ExitCode, result.Output));
    }

    [Fact]
    public async Task A_child_deaf_to_the_interrupt_is_killed_after_the_grace()
    {
        var command = Shell("trap '' INT TERM; echo ready; while :; do sleep 0.05; done") with { Grace = TimeSpan.FromMilliseconds(200), WallLimit = TimeSpan.FromMilliseconds(300) };
        var result = await ChildProcess.RunAsync(command, null, Stop).WaitAsync(Patience, Stop);

        Assert.Equal((ChildEnd.WallLimit, 137), (result.End, result.ExitCode));
    }

    [Fact]
    public async Task Silence_ends_a_child_and_output_keeps_it_alive()
    {
        var talk = Shell("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.25; done; sleep 600") with { IdleLimit = TimeSpan.FromSeconds(1), Grace = TimeSpan.FromMilliseconds(100) };
        var result = await ChildProcess.RunAsync(talk, null, Stop).WaitAsync(Patience, Stop);

        Assert.Equal(ChildEnd.IdleLimit, result.End);
        Assert.EndsWith("8\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Confinement.None)]
    [InlineData(Confinement.Sweep)]
    [InlineData(Confinement.Namespace)]
    public async Task Kill_leaves_nothing_alive_not_even_a_double_forked_daemon(Confinement confinement)
    {
        var marker = $"test-{Guid.NewGuid():N}";
        var ready = new TaskCompletionSource();
        var script = "(setsid sh -c 'setsid sleep 600 & sleep 600' >/dev/null 2>&1 &) ; (env -i sleep 600 &); sleep 0.2; echo ready; sleep 600";
        await using var child = ChildProcess.Start(Shell(script) with { Marker = marker, Confinement = confinement }, (_, _) => ready.TrySetResult());
        await ready.Task.WaitAsync(Patience, Stop);
        Assert.True(ProcessSweep.Find(marker).Count >= 3);

        await child.KillAsync();

        Assert.Empty(ProcessSweep.Find(marker));
        Assert.DoesNotContain(ProcessTable.Living(), entry => entry.Session == child.Pid);
        Assert.Equal(ChildEnd.Cancelled, (await child.Completion).End);
    }

    [Theory]
    [InlineData(Confinement.None)]
    [InlineData(Confinement.Sweep)]
    [InlineData(Confinement.Namespace)]
    public async Task An_interrupt_counts_from_the_first_moment_on(Confinement confinement)
    {
        for (var wait = 0; wait < 12; wait++)
        {
            await using var child = ChildProcess.Start(new ChildCommand("sleep", ["600"]) { Confinement = confinement });
            await Task.Delay(TimeSpan.FromMilliseconds(wait), TimeProvider.System, Stop);
            child.Interrupt();

            Assert.InRange((await child.Completion.WaitAsync(Patience, Stop)).ExitCode, 129, 137);
        }
    }

    [Theory]
    [InlineData(Confinement.Sweep)]
    [InlineData(Confinement.Namespace)]
    public async Task A_confined_childs_daemon_does_not_outlive_a_normal_exit(Confinement confinement)
    {
        var marker = $"test-{Guid.NewGuid():N}";
        var result = await ChildProcess.RunAsync(Shell("setsid sleep 600 >/dev/null 2>&1 & exit 0") with { Marker = marker, Confinement = confinement }, null, Stop);

        Assert.True(result.Succeeded);
        Assert.Empty(ProcessSweep.Find(marker));
    }

    [Fact]
    public async Task A_daemon_that_holds_the_pipe_does_not_hang_us()
    {
        var marker = $"test-{Guid.NewGuid():N}";
        var result = await ChildProcess.RunAsync(Shell("echo done; setsid sleep 600 & exit 0") with { Marker = marker }, null, Stop).WaitAsync(Patience, Stop);

        Assert.Equal("done\n", result.Output);
        Assert.Equal(1, await ProcessSweep.KillAsync(marker));
        Assert.Empty(ProcessSweep.Find(marker));
    }

    [Fact]
    public async Task A_flood_is_read_whole_and_kept_bounded()
    {
        var received = 0L;
        var result = await ChildProcess.RunAsync(Shell("head -c 104857600 /dev/zero | tr '\\0' 'x'; echo end") with { CaptureLimit = 1000 },
            (chunk, _) => received += chunk.Length, Stop);

        Assert.Equal(104857604, received);
        Assert.Equal(1000, result.Output.Length);
        Assert.EndsWith("xend\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_slow_reader_has_not_read_at_the_exit_is_not_lost()
    {
        var slow = new ManualResetEventSlim();
        var received = 0;
        var run = ChildProcess.RunAsync(Shell("printf a; head -c 60000 /dev/zero; printf z"), (chunk, _) =>
        {
            slow.Wait(TimeSpan.FromMilliseconds(900), Stop);
            received += chunk.Length;
        }, Stop);

        await run.WaitAsync(Patience, Stop);

        Assert.Equal(60002, received);
    }

    [Fact]
    public async Task An_exception_of_the_reader_ends_the_child_and_comes_out()
    {
        var run = ChildProcess.RunAsync(Shell("echo x; sleep 600") with { Grace = TimeSpan.FromMilliseconds(100) }, (_, _) => throw new InvalidDataException("no"), Stop);

        await Assert.ThrowsAsync<InvalidDataException>(() => run.WaitAsync(Patience, Stop));
    }

    [Fact]
    public void A_missing_command_and_a_missing_directory_are_named()
    {
        Assert.Equal("command_missing", Assert.Throws<WorkspaceException>(() => ChildProcess.Start(new ChildCommand("no-such-command", []))).Code);
        Assert.Equal("directory_missing", Assert.Throws<WorkspaceException>(() => ChildProcess.Start(Shell("true") with { WorkingDirectory = "/no/such" })).Code);
    }

    [Fact]
    public async Task Input_can_be_written_while_it_runs()
    {
        var command = Shell("read a; echo got $a; read b; echo got $b") with
        {
            WriteInput = async (stream, stop) =>
            {
                await stream.WriteAsync("one\n"u8.ToArray(), stop);
                await stream.FlushAsync(stop);
                await stream.WriteAsync("two\n"u8.ToArray(), stop);
            },
        };

        Assert.Equal("got one\ngot two\n", (await ChildProcess.RunAsync(command, null, Stop)).Output);
    }

    [Fact]
    public void The_tail_keeps_whole_characters()
    {
        var tail = new OutputTail(7);
        foreach (var piece in (string[])["aaaa", "äöü", "漢字"])
        {
            tail.Append(Encoding.UTF8.GetBytes(piece));
        }

        Assert.Equal("漢字", tail.ToString());
    }
}
