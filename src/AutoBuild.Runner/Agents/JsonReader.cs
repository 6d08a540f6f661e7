using System.Text.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads lines of JSON; what is none is kept for an end without a word.</summary>
internal abstract class JsonReader : AgentReader
{
    private const int MostFirst = 5;
    private const int MostStray = 10;
    private const int LongestText = 2_000;

    // The tools of Claude Code, Qwen Code and Gemini, OpenCode, and of the common server of files; what a shell reads is not told.
    private static readonly string?[] Reading = ["Read", "NotebookRead", "read_file", "read", "read_text_file"];
    private static readonly string[] Paths = ["file_path", "filePath", "absolute_path", "notebook_path", "path"];

    private readonly List<string> _stray = [];

    public sealed override IReadOnlyList<AgentLine> Read(string line)
    {
        using var document = JsonMembers.Parse(line);
        if (document is not null)
        {
            return [.. Read(document.RootElement)];
        }
        Keep(line);
        return [];
    }

    /// <summary>Says what an object means; unknown ones mean nothing.</summary>
    protected abstract IEnumerable<AgentLine> Read(JsonElement line);

    /// <summary>The fault of an end without a word: what stood on the error output decides.</summary>
    protected AgentFault Silent(int exitCode, DateTimeOffset now)
    {
        var fault = ProviderFault.Read(null, string.Join(' ', _stray), now);
        return fault.Failure == AgentFailure.Crashed ? fault with { Sentence = $"The agent ended with exit code {exitCode} and without a result." } : fault;
    }

    protected static AgentLine Of(RunEventKind kind, string? text, string? name = null) => new() { Kind = kind, Text = Cut(text), Name = name };

    /// <summary>Makes one line of a tool's input: what a person would want to see of it.</summary>
    protected static string Brief(JsonElement? input)
    {
        string[] telling = ["command", "cmd", "file_path", "filePath", "path", "pattern", "query", "url", "description"];
        return telling.Select(name => input.Text(name)).FirstOrDefault(text => text is not null) ?? Cut(input?.GetRawText()) ?? "";
    }

    /// <summary>Returns the call, and where its tool opens a file, that too.</summary>
    protected static IEnumerable<AgentLine> WithRead(AgentLine call, JsonElement? input)
    {
        yield return call;
        if (Reading.Contains(call.Name) && Paths.Select(name => input.Text(name)).FirstOrDefault(path => path is not null) is { } path)
        {
            yield return Of(RunEventKind.FileRead, null, path);
        }
    }

    private static string? Cut(string? text) => text is { Length: > LongestText } ? text[..LongestText] + "…" : text;

    private void Keep(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }
        _stray.Add(Cut(line.Trim())!);
        if (_stray.Count > MostStray)
        {
            // A reason may stand first, above a backtrace, or last.
            _stray.RemoveAt(MostFirst);
        }
    }
}
