using System.Text.Json.Nodes;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Prints diffs: coloured on a terminal, byte for byte into a pipe.</summary>
internal static class DiffText
{
    public static int Print(Call call, string diff, JsonObject json) => call.Print(json, () =>
    {
        if (!call.Terminal.Interactive)
        {
            call.Terminal.Out.Write(diff.Length == 0 || diff.EndsWith('\n') ? diff : diff + "\n");
            return;
        }

        foreach (var line in (diff.EndsWith('\n') ? diff[..^1] : diff).Split('\n'))
        {
            call.Write(Plain.Text(line) + "\n", StyleOf(line));
        }
    });

    private static Style StyleOf(string line) => line switch
    {
        ['+', ..] => Marks.Good,
        ['-', ..] => Marks.Bad,
        ['@', '@', ..] => Marks.Busy,
        _ when line.StartsWith("diff ", StringComparison.Ordinal) => new Style(decoration: Decoration.Bold),
        _ => Style.Plain,
    };
}
