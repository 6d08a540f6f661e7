using System.Reflection;
using System.Runtime.InteropServices;
using AutoBuild.Core.Telemetry;

namespace AutoBuild.Telemetry;

/// <summary>Shows which build runs since when; the runtime tells of processor, memory and threads itself.</summary>
internal sealed class ProcessFigures
{
    /// <summary>What of the runtime's own instruments is shown.</summary>
    public static readonly string[] OfRuntime =
    [
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.collections", "dotnet.gc.pause.time", "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size", "dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length", "dotnet.monitor.lock_contentions", "dotnet.exceptions",
    ];

    public ProcessFigures(Instruments instruments, TimeProvider time)
    {
        var version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "";
        var began = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var start = time.GetTimestamp();
        KeyValuePair<string, object?>[] build = [new("version", version), new("runtime", RuntimeInformation.FrameworkDescription)];
        instruments.Gauge("autobuild.build_info", "1", "1, with the version that runs.", () => [new(1, build)], "version", "runtime");
        instruments.Gauge("autobuild.start_time", "s", "When the server started, in seconds since 1970.", () => [new(began)]);
        instruments.Gauge("autobuild.uptime", "s", "How long the server has run.", () => [new(time.GetElapsedTime(start).TotalSeconds)]);
    }
}
