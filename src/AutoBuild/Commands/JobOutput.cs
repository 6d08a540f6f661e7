using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AutoBuild.Client;
using AutoBuild.Core;

namespace AutoBuild.Commands;

/// <summary>Shows the raw output of a job: all of it, a part, or the lines that hold a text.</summary>
/// <param name="Last">The last so many lines; null is all.</param>
internal sealed record JobOutput(LogRange Range, int? Last, LogQuestion? Question)
{
    private const int LargestSlice = 8 * 1024 * 1024;

    /// <summary>What a line takes at a guess, so that the last ones mostly come at once.</summary>
    private const int LineLength = 200;

    private static readonly Option<bool> Raw = new("--raw") { Description = "The raw output of agent, setup and checks instead of the events." };
    private static readonly Option<string?> Search = new("--search") { Description = "Only lines of the raw output that contain a text, case ignored.", HelpName = "TEXT" };
    private static readonly Option<int?> Attempt = new("--attempt") { Description = "The raw output of an earlier attempt (default: the newest).", HelpName = "N" };
    private static readonly Option<long?> Line = new("--line") { Description = "The raw output from this line on, counted from 1.", HelpName = "N" };
    private static readonly Option<long?> Offset = new("--offset") { Description = "The raw output from this byte on.", HelpName = "BYTES" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "At most so much raw output, or with --search so many lines.", HelpName = "N" };

    public static Option<int?> Tail { get; } = new("--tail") { Description = "The last lines only.", HelpName = "LINES" };

    public static Option[] Options { get; } = [Raw, Search, Tail, Attempt, Line, Offset, Limit];

    /// <summary>Returns what was asked for; null where that is events.</summary>
    public static JobOutput? Read(Call call)
    {
        if (call.Get(Tail) is <= 0)
        {
            throw new AutoBuildException("wrong_use", "--tail expects how many lines, 1 or more.");
        }

        if (!call.Get(Raw) && !new Option[] { Search, Attempt, Line, Offset, Limit }.Any(call.Has))
        {
            return null;
        }

        var range = new LogRange(call.Get(Attempt), call.Get(Offset), call.Get(Line), call.Get(Limit));
        return new JobOutput(range, call.Get(Tail), call.Get(Search) is { } text ? new LogQuestion(text, range.Attempt, range.Limit) : null);
    }

    public async Task<int> ShowAsync(Call call, ApiClient api, JobView job) =>
        Question is not null ? await SearchAsync(call, api, job)
        : call.Json ? Print(call, job, await PartAsync(api, job, call.Cancel))
        : Last is not null ? Write(call, await PartAsync(api, job, call.Cancel), Encoding.UTF8.GetDecoder())
        : await CopyAsync(call, api, job);

    private async Task<int> SearchAsync(Call call, ApiClient api, JobView job)
    {
        var hits = await api.SearchLogAsync(job.Id, Question!, call.Cancel);
        call.Print(hits, found => Tables.Show(call, ["attempt", "line", "text"],
            [.. found.Hits.Select(hit => (string[])[$"{hit.Attempt}", hit.Line.ToString(CultureInfo.InvariantCulture), hit.Text.TrimEnd()])],
            $"No line of the output contains '{Question!.Text}'."));
        return hits.Value.Hits.Count > 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Returns one part; the last lines are asked for with more bytes until there are enough.</summary>
    private async Task<LogPart> PartAsync(ApiClient api, JobView job, CancellationToken cancel)
    {
        if (Last is not { } lines)
        {
            return await api.ReadLogAsync(job.Id, Range with { Limit = Range.Limit ?? LargestSlice }, cancel);
        }

        for (var bytes = Math.Clamp(lines * LineLength, LineLength, LargestSlice); ; bytes = Math.Min(bytes * 4, LargestSlice))
        {
            var part = await api.ReadLogAsync(job.Id, new LogRange(Range.Attempt, Tail: bytes), cancel);
            if (part.Offset == 0 || bytes == LargestSlice || part.Lines >= lines)
            {
                return part.LastLines(lines);
            }
        }
    }

    /// <summary>Writes everything that was asked for, a slice at a time.</summary>
    private async Task<int> CopyAsync(Call call, ApiClient api, JobView job)
    {
        // A letter may begin in one slice and end in the next.
        var letters = Encoding.UTF8.GetDecoder();
        var part = await PartAsync(api, job, call.Cancel);
        Write(call, part, letters);
        while (Range.Limit is null && part.Bytes.Length > 0 && part.End < part.Total)
        {
            part = await api.ReadLogAsync(job.Id, new LogRange(part.Attempt, Offset: part.End, Limit: LargestSlice), call.Cancel);
            Write(call, part, letters);
        }

        return ExitCode.Done;
    }

    private static int Write(Call call, LogPart part, Decoder letters)
    {
        var read = new char[letters.GetCharCount(part.Bytes, flush: part.End >= part.Total)];
        var text = new string(read, 0, letters.GetChars(part.Bytes, read, flush: part.End >= part.Total));
        call.Terminal.Out.Write(call.Terminal.Interactive ? Plain.Text(text) : text);
        return ExitCode.Done;
    }

    private static int Print(Call call, JobView job, LogPart part) => call.Print(new JsonObject
    {
        ["job_id"] = job.Id.ToString(),
        ["attempt"] = part.Attempt,
        ["offset"] = part.Offset,
        ["total"] = part.Total,
        ["log"] = Encoding.UTF8.GetString(part.Bytes),
    }, () => { });
}
