using AutoBuild.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Tests.Hosting;

public sealed class LineLogTests
{
    [Fact]
    public void A_log_that_grows_turns_over_while_the_server_runs()
    {
        using var folder = new TempFolder();
        using var log = new LineLog(folder["server.log"], TextWriter.Null, TimeProvider.System);
        var logger = log.CreateLogger("Test");
        for (var n = 0; n < 250; n++)
        {
            Log(logger, LogLevel.Information, new string('x', 100_000));
        }

        Assert.Equal(["server.log", "server.log.1"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(folder.Path), file => Assert.InRange(new FileInfo(file).Length, 1, 10_200_000));
    }

    [Fact]
    public async Task A_full_disk_is_no_reason_to_fall_over()
    {
        using var folder = new TempFolder();
        await using var disk = await SmallDisk.MountAsync(folder["disk"], 64);
        using var error = new StringWriter();
        using var log = new LineLog(Path.Combine(folder["disk"], "server.log"), error, TimeProvider.System);
        disk.Fill();

        Log(log.CreateLogger("Test"), LogLevel.Information, "somebody should read this");

        Assert.Contains("somebody should read this", error.ToString(), StringComparison.Ordinal);
    }

    private static void Log(ILogger logger, LogLevel level, string text) => logger.Log(level, default, text, null, (said, _) => said);
}
