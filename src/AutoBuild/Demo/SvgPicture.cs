using System.Globalization;
using System.Net;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AutoBuild.Demo;

/// <summary>Draws what a console shows as a picture.</summary>
internal static class SvgPicture
{
    private const int Columns = 132;
    private const double CellWidth = 7.8;
    private const int LineHeight = 18;
    private const int Margin = 16;
    private const int TitleHeight = 34;

    /// <param name="title">Written into the frame.</param>
    /// <param name="write">Writes to the console that is drawn.</param>
    public static string Draw(string title, Action<IAnsiConsole> write)
    {
        using var recorder = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.TrueColor,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(TextWriter.Null),
        }).CreateRecorder();
        recorder.Profile.Width = Columns;
        write(recorder);
        return recorder.Export(new Encoder(title));
    }

    private sealed class Encoder(string title) : IAnsiConsoleEncoder
    {
        public string Encode(IAnsiConsole console, IEnumerable<IRenderable> renderables)
        {
            var options = RenderOptions.Create(console, console.Profile.Capabilities);
            var lines = Segment.SplitLines(renderables.SelectMany(renderable => renderable.Render(options, console.Profile.Width)));
            var height = TitleHeight + lines.Count * LineHeight + Margin;
            var width = Columns * CellWidth + 2 * Margin;
            var picture = new StringBuilder();
            picture.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">""");
            picture.AppendLine("<desc>Written by a run of the demo: autobuild demo --record docs/demo.svg</desc>");
            picture.AppendLine(CultureInfo.InvariantCulture, $"""<title>{WebUtility.HtmlEncode(title)}</title><rect width="{width}" height="{height}" rx="8" fill="#14181f"/>""");
            picture.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{Margin}" y="22" fill="#7d8590">$ {WebUtility.HtmlEncode(title)}</text>""");
            for (var line = 0; line < lines.Count; line++)
            {
                Draw(picture, lines[line], TitleHeight + line * LineHeight + 13);
            }

            return picture.AppendLine("</svg>").ToString();
        }

        private static void Draw(StringBuilder picture, SegmentLine line, int y)
        {
            var column = 0;
            foreach (var segment in line)
            {
                if (!string.IsNullOrWhiteSpace(segment.Text))
                {
                    var x = (Margin + column * CellWidth).ToString("0.#", CultureInfo.InvariantCulture);
                    var length = (segment.CellCount() * CellWidth).ToString("0.#", CultureInfo.InvariantCulture);
                    picture.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{x}" y="{y}" fill="{Fill(segment.Style)}" textLength="{length}" xml:space="preserve"{Weight(segment.Style)}>{WebUtility.HtmlEncode(segment.Text)}</text>""");
                }

                column += segment.CellCount();
            }
        }

        private static string Weight(Style style) => style.Decoration.HasFlag(Decoration.Bold) ? " font-weight=\"bold\"" : "";

        private static string Fill(Style style) => style.Foreground == Color.Default ? "#d5dae1"
            : style.Foreground == Color.Green ? "#56d364"
            : style.Foreground == Color.Red ? "#ff7b72"
            : style.Foreground == Color.Yellow ? "#e3b341"
            : style.Foreground == Color.Aqua ? "#79c0ff"
            : "#8b949e";
    }
}
