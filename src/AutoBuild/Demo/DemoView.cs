using System.Text.Json;
using System.Text.Json.Nodes;
using AutoBuild.Client;
using AutoBuild.Commands;
using AutoBuild.Core.Events;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Qa;
using Spectre.Console;

namespace AutoBuild.Demo;

/// <summary>Draws the demo: a table that is drawn again on a terminal, a line for each change elsewhere.</summary>
internal sealed class DemoView(IAnsiConsole console, TimeProvider time)
{
    private const int NowWidth = 56;
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(80);

    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private readonly Dictionary<Guid, string> _said = [];
    private readonly Dictionary<string, string> _shown = [];
    private LiveDisplayContext? _live;
    private DemoState? _state;
    private long _drawn;

    public double Seconds => time.GetElapsedTime(_began).TotalSeconds;

    /// <summary>Runs the demo under this view.</summary>
    public Task<DemoState> ShowAsync(Func<DemoView, Task<DemoState>> run) => console.Profile.Capabilities.Interactive
        ? console.Live(new Text("Starting a server and a repository …")).AutoClear(true).StartAsync(context =>
        {
            _live = context;
            return run(this);
        })
        : run(this);

    public void Show(DemoState next)
    {
        lock (_gate)
        {
            _state = next;
            Draw();
        }
    }

    /// <summary>Keeps the last line that each job said.</summary>
    public void Hear(ServerEvent told)
    {
        if (told.Kind != EventKinds.Run || Read(told.Data) is not var (job, text))
        {
            return;
        }

        lock (_gate)
        {
            _said[job] = text;
            if (_live is not null)
            {
                Draw();
            }
        }
    }

    /// <param name="on">The console it is drawn on.</param>
    public Table Table(IAnsiConsole on, DemoState of, bool last)
    {
        var table = new Table { Border = Tables.BorderOf(on), Title = new TableTitle($"[bold]{of.Landed} of {of.Rows.Count} landed[/]  {Plain.Seconds(Seconds)}") };
        table.AddColumns(new TableColumn("ticket").NoWrap(), new TableColumn("stands").NoWrap().Width(12), new TableColumn(last ? "why" : "now") { Width = last ? null : NowWidth });
        foreach (var row in of.Rows)
        {
            var word = row.Stands;
            var now = row.IsSettled || last ? row.Remark : row.Job is { } job && _said.TryGetValue(job.Id, out var text) ? text : row.Remark;
            table.AddRow(new Text(row.Plan.Title), new Text($"{Mark(row)} {word}", Marks.StyleOf(word)), new Text(last ? Plain.Text(now) : Plain.Line(now, NowWidth), Marks.Faint));
        }

        return table;
    }

    /// <summary>Shows how the conflict of a ticket that landed was merged: both sides, what came out, the rule, its evidence, and the proof.</summary>
    public static Grid Merge(DemoRow row)
    {
        var (file, landing) = (row.Collision!, row.Landing!);
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        grid.AddRow(new Text("git left in conflict", Marks.Bad), new Text($"{file.Path}, where \"{row.Plan.Title}\" met what had landed before it"));
        foreach (var chunk in file.Chunks)
        {
            grid.AddRow(new Text(landing.TargetBranch, Marks.Faint), new Text(Lines(chunk.Target.Text), Marks.Busy));
            grid.AddRow(new Text("the ticket's branch", Marks.Faint), new Text(Lines(chunk.Branch.Text), Marks.Wait));
            grid.AddRow(new Text("merged", Marks.Faint), new Text(Lines(chunk.Accepted), Marks.Good));
            grid.AddRow(new Text("why", Marks.Faint), new Text($"{chunk.Why} Rule {chunk.Rule}, tier {Plain.Word(chunk.Tier).ToUpperInvariant()}: {(chunk.Tier == ChunkTier.A ? "taken as it is" : "taken because the checks passed")}."));
        }

        var passed = landing.Qa is { Verdict: QaVerdict.Passed } qa && qa.Commit == landing.MergedCommit;
        grid.AddRow(new Text("proof", Marks.Faint), new Text($"checks {Plain.Word(landing.Qa?.Verdict ?? QaVerdict.NotRun)} on the merged tree{(passed ? $", {Plain.Commit(landing.MergedCommit)}" : "")}; no model, no person", passed ? Marks.Good : Marks.Wait));
        return grid;
    }

    private static string Lines(string? text) => Plain.Text(text ?? "").ReplaceLineEndings("\n").TrimEnd('\n');

    private void Draw()
    {
        if (_state is null)
        {
            return;
        }

        if (_live is not null)
        {
            if (time.GetElapsedTime(_drawn) >= Calm)
            {
                _live.UpdateTarget(Table(console, _state, last: false));
                _live.Refresh();
                _drawn = time.GetTimestamp();
            }

            return;
        }

        foreach (var row in _state.Rows.Where(row => _shown.GetValueOrDefault(row.Plan.Key) != row.Stands))
        {
            _shown[row.Plan.Key] = row.Stands;
            console.WriteLine(Plain.Text($"{Plain.Seconds(Seconds),7}  {row.Plan.Title,-28} {row.Stands}{(row.IsSettled && row.Remark.Length > 0 ? $": {row.Remark}" : "")}"));
        }
    }

    private static string Mark(DemoRow row) => row switch
    {
        { HasLanded: true } => "✓",
        { NeedsYou: true, IsSettled: true } => "!",
        { IsSettled: true } => "✗",
        _ => "·",
    };

    /// <summary>Reads the job and what was said out of an event; null where it says nothing.</summary>
    private static (Guid Job, string Text)? Read(string json)
    {
        try
        {
            var told = JsonNode.Parse(json);
            var text = (string?)told?["text"];
            return text is { Length: > 0 } && Guid.TryParse((string?)told?["job_id"], out var job) ? (job, text) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
