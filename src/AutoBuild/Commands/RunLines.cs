using System.Globalization;
using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Shows the events of a run, a line each.</summary>
/// <param name="endings">False where the caller tells how an attempt ended.</param>
internal sealed class RunLines(Call call, bool endings = true)
{
    private RunPhase? _phase;

    /// <summary>Shows one event as the run folder writes it; what is no event is left out.</summary>
    public void Show(string json)
    {
        try
        {
            Show(CoreJson.Read<RunEvent>(json));
        }
        catch (AutoBuildException)
        {
            // A newer server may tell things that this client doesn't know.
        }
    }

    /// <summary>Tells whether a line comes of an event.</summary>
    public static bool IsShown(string json)
    {
        try
        {
            var told = CoreJson.Read<RunEvent>(json);
            return told.Kind == RunEventKind.Phase || Line(told) is not null;
        }
        catch (AutoBuildException)
        {
            return false;
        }
    }

    public void Show(RunEvent told)
    {
        if (told is { Kind: RunEventKind.Phase, Phase: { } next })
        {
            if (next != _phase)
            {
                _phase = next;
                Write("▸", Sentence(next), Marks.Busy);
            }
        }
        else if ((endings || told.Kind != RunEventKind.Result) && Line(told) is { } line)
        {
            Write(line.Mark, line.Text, line.Style);
        }
    }

    public void Write(string mark, string text, Style style)
    {
        call.Write($"{mark} ", style);
        call.Write(Plain.Line(text, 400) + "\n", mark is "▸" or "✓" or "✗" ? style : Style.Plain);
    }

    private static (string Mark, string Text, Style Style)? Line(RunEvent told) => told.Kind switch
    {
        RunEventKind.Phase or RunEventKind.AgentStarted or RunEventKind.AgentEnded or RunEventKind.ToolResult or RunEventKind.FileRead or RunEventKind.Usage => null,
        RunEventKind.Message or RunEventKind.Plan or RunEventKind.Result => Said(told, "│", Marks.Faint),
        RunEventKind.Thinking or RunEventKind.Setup or RunEventKind.Session => Said(told, "·", Marks.Faint),
        RunEventKind.ToolCall or RunEventKind.FileChange => ("●", Named(told), Marks.Busy),
        RunEventKind.Question => ("?", Named(told), Marks.Wait),
        RunEventKind.PermissionDenied or RunEventKind.ProviderWaiting or RunEventKind.Warning => ("!", Named(told), Marks.Wait),
        RunEventKind.CheckStarted => null,
        RunEventKind.CheckEnded => Check(told),
        RunEventKind.Committed => ("✓", Named(told), Marks.Good),
    };

    private static (string, string, Style)? Said(RunEvent told, string mark, Style style) =>
        string.IsNullOrWhiteSpace(told.Text) ? null : (mark, told.Text, style);

    /// <summary>Shows a check's end; its text begins with the status.</summary>
    private static (string, string, Style)? Check(RunEvent told)
    {
        var text = told.Text ?? "";
        var status = Enum.GetValues<QaStatus>().Cast<QaStatus?>().FirstOrDefault(status => text.StartsWith(SnakeCase.Of(status!.Value) + " ", StringComparison.Ordinal));
        var round = told.Round is > 1 ? string.Create(CultureInfo.InvariantCulture, $", round {told.Round}") : "";
        return status is { } known
            ? (Marks.Of(known), $"{told.Name} {Plain.Word(known)}{text[SnakeCase.Of(known).Length..]}{round}", Marks.StyleOf(known))
            : ("·", $"{told.Name} {text}", Marks.Faint);
    }

    private static string Named(RunEvent told) => told.Name is { } name && told.Text is { } text && !text.Contains(name, StringComparison.Ordinal) ? $"{name}: {text}" : told.Text ?? told.Name ?? "";

    private static string Sentence(RunPhase phase) => phase switch
    {
        RunPhase.Preparing => "preparing the worktree",
        RunPhase.Agent => "the agent works",
        RunPhase.Committing => "committing",
        RunPhase.Qa => "running the checks",
        RunPhase.Reporting => "reporting",
        RunPhase.Cancelling => "stopping",
    };
}
