using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.Demo;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild demo</c>: the whole way of six tickets, without a key or a network.</summary>
internal static class DemoCommand
{
    public static Verb Create()
    {
        var record = new Option<string?>("--record") { Description = "Also write the last picture to a file, as SVG.", HelpName = "FILE", Hidden = true };
        return new Verb("demo", "Shows the whole way on a sample repository: six tickets, two of which collide, land. No key, no network.",
            "autobuild demo", call => RunAsync(call, call.Get(record)))
            .With(record).PrintsData();
    }

    private static async Task<int> RunAsync(Call call, string? record)
    {
        var directory = Directory(call);
        System.IO.Directory.CreateDirectory(directory);
        var run = new DemoRun(directory, call.Terminal.Time);
        var view = new DemoView(call.Console, call.Terminal.Time);
        var ended = await view.ShowAsync(shown => run.RunAsync(shown.Show, shown.Hear, call.Cancel));
        var seconds = Math.Round(view.Seconds, 1);

        Show(call.Console, view, ended, run.Repository, run.Data);
        if (record is not null)
        {
            await File.WriteAllTextAsync(record, SvgPicture.Draw("autobuild demo", console => Show(console, view, ended, "shelf", "data")), call.Cancel);
        }

        call.Print(Result(ended, seconds, run), () => { });
        return ended.IsAsPlanned ? ExitCode.Done : ExitCode.Failed;
    }

    private static JsonObject Result(DemoState ended, double seconds, DemoRun run) => new()
    {
        ["tickets"] = ended.Rows.Count,
        ["landed"] = ended.Landed,
        ["needs_you"] = ended.NeedsYou,
        ["failed"] = ended.Failed,
        ["qa_rounds"] = ended.QaRounds,
        ["resolved"] = ended.Resolved,
        ["seconds"] = seconds,
        ["repository"] = run.Repository,
    };

    private static void Show(IAnsiConsole console, DemoView view, DemoState ended, string repository, string data)
    {
        console.Write(view.Table(console, ended, last: true));
        console.WriteLine();
        foreach (var row in ended.Rows.Where(row => row.Collision is not null))
        {
            console.Write(DemoView.Merge(row));
            console.WriteLine();
        }

        var steps = new List<(string What, string Command)> { ("what landed", $"git -C {repository} log --oneline --graph") };
        if (ended.Rows.FirstOrDefault(row => row.Collision is not null || row.Landing is not null && !row.HasLanded) is { Landing: { } met })
        {
            steps.Add(("the conflict", $"autobuild landing show {Plain.Id(met.Id)} --data {data}"));
        }

        if (ended.Rows.FirstOrDefault(row => row.Job is { QaRounds: > 1 }) is { Job: { } mended })
        {
            steps.Add(("how one was mended", $"autobuild job logs {Plain.Id(mended.Id)} --data {data}"));
            steps.Add(("what it changed", $"autobuild job diff {Plain.Id(mended.Id)} --data {data}"));
        }

        steps.Add(("try it on your code", "autobuild run \"add a --version option\" --repo . --agent claude"));
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        foreach (var (what, command) in steps)
        {
            grid.AddRow(new Text(what, Marks.Faint), new Text(command));
        }

        console.Write(grid);
    }

    /// <summary>Chooses a fresh directory: below the data directory where one was named, else below the system's temporary one.</summary>
    private static string Directory(Call call)
    {
        var name = $"{call.Terminal.Time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{Environment.ProcessId}";
        return call.Has(CommonOptions.Data) || call.Terminal.Variable("AUTOBUILD_DATA") is { Length: > 0 }
            ? Path.Combine(call.Data.Path, "demo", name)
            : Path.Combine(Path.GetTempPath(), $"autobuild-demo-{name}");
    }
}
