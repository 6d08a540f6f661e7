using System.Diagnostics.Metrics;
using AutoBuild.Core.Json;
using AutoBuild.Core.Telemetry;
using AutoBuild.Core.Worktrees;
using AutoBuild.Orchestrator.Queue;
using AutoBuild.Orchestrator.Worktrees;
using static AutoBuild.Orchestrator.Figures.QueueFigures;

namespace AutoBuild.Orchestrator.Figures;

/// <summary>Shows the working trees and the disk they stand on.</summary>
internal sealed class MachineFigures
{
    private readonly LatestFigures _figures;

    public MachineFigures(Instruments instruments, LatestFigures figures, WorktreeDesk desk, OrchestratorOptions options)
    {
        _figures = figures;
        instruments.Gauge("autobuild.worktrees", "{worktree}", "Working trees that are not deleted.", Worktrees, "status");
        instruments.Gauge("autobuild.worktrees.leased", "{worktree}", "Working trees that a job, a check or a person holds now.", () => [new(desk.Leased)]);
        instruments.Gauge("autobuild.worktrees.idle", "{worktree}", "Warm working trees that wait for a lease.", () => desk.Measured is { } stats ? [new(stats.Idle)] : []);
        instruments.Gauge("autobuild.worktrees.max", "{worktree}", "Working trees that may be leased at once.", () => [new(options.Worktrees.MaxActive)]);
        instruments.Gauge("autobuild.worktrees.disk", "By", "What the working trees take; measured beside, at most once in 30 s.", () => desk.Measured is { } stats ? [new(stats.Bytes)] : []);
        instruments.Gauge("autobuild.disk.free", "By", "Free on the fullest of the disks of data directory and working trees.", () => [new(MachineRoom.Look([options.DataDirectory, options.WorktreeRoot]).FreeDisk)]);
    }

    private IEnumerable<Measurement<double>> Worktrees() => _figures.Read() is { } now
        ? Enum.GetValues<WorktreeState>().Where(state => state != WorktreeState.Deleted).Select(state => Measured(now.Worktrees.GetValueOrDefault(state), ("status", SnakeCase.Of(state))))
        : [];
}
