using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Commands;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Memory.Search;

namespace AutoBuild.Mcp;

/// <summary>Holds what an agent may ask the memory of one project, and tell it.</summary>
internal sealed class MemoryTools
{
    private static readonly string[] Types = Words.Of<MemoryType>();

    private readonly ApiClient _api;
    private readonly Project _project;

    public MemoryTools(ApiClient api, Project project)
    {
        (_api, _project) = (api, project);
        All =
        [
            new(Name: "search_code", "Finds the places in this repository that a text speaks of: a question, names, paths, an error message. Better than grep where you don't know the words of the code.", true, SearchAsync,
                new(Name: "query", "string", "What you look for.", Required: true),
                new(Name: "max_results", "integer", "How many places, 1 to 50; default 10."),
                new(Name: "file_filter", "string", "A pattern as in .gitignore that paths must match, such as src/**/*.cs.")),
            new(Name: "find_definition", "Shows where a function, type or member is defined.", true, DefinitionAsync,
                new Parameter("name", "string", "Its name, qualified or not.", Required: true)),
            new(Name: "get_context", "Returns what a task should start with: definitions with path and lines, habits of the project, what earlier work of the kind taught.", true, ContextAsync,
                new(Name: "task", "string", "The task in your own words, with every name and path you know.", Required: true),
                new(Name: "max_tokens", "integer", "Tokens of the answer, at most; default 2000.")),
            new(Name: "list_memories", "Lists what is remembered of this repository, newest first: what landed, what failed and why, decisions, what people said.", true, ListAsync,
                new(Name: "type", "string", "Only memories of this type.", Words: Types),
                new(Name: "limit", "integer", "How many, 1 to 100; default 20.")),
            new(Name: "remember", "Remembers something for whoever works on this repository next: a decision and its reason, a trap, a command that works. It is shown as an agent's word. Never a secret.", false, RememberAsync,
                new(Name: "text", "string", "One or a few sentences that stand by themselves.", Required: true),
                new(Name: "type", "string", "Default insight.", Words: ["insight", "decision", "pattern", "feedback"])),
        ];
    }

    public IReadOnlyList<MemoryTool> All { get; }

    private async Task<string> SearchAsync(Arguments given, CancellationToken cancel) =>
        Show(await FindAsync(given.Text("query"), given.Number("max_results", 10, 1, 50), given.Optional("file_filter"), cancel));

    private async Task<string> DefinitionAsync(Arguments given, CancellationToken cancel)
    {
        var name = given.Text("name");
        return Show((await FindAsync(name, 30, null, cancel)).SelectMany(place => DefinedPlace.In(place, name)));
    }

    private async Task<IReadOnlyList<SearchResult>> FindAsync(string query, int most, string? filter, CancellationToken cancel) =>
        (await _api.SearchAsync(new SearchBody { ProjectId = $"{_project.Id}", Query = query, MaxResults = most, FileFilter = filter }, cancel)).Value.Results;

    private static string Show(IEnumerable<SearchResult> places) =>
        string.Join("\n\n", places.Select(place => $"{place.FilePath}:{place.StartLine}-{place.EndLine} {place.Symbol}\n{place.Content}")) is { Length: > 0 } text ? text : "Nothing was found.";

    private async Task<string> ContextAsync(Arguments given, CancellationToken cancel)
    {
        var body = new ContextBody { ProjectId = $"{_project.Id}", TaskDescription = given.Text("task"), MaxTokens = given.Number("max_tokens", 2000, 0, 1_000_000) };
        var context = (await _api.GetContextAsync(body, cancel)).Value;
        return context.Context.Length == 0 ? $"Nothing is known about that yet. {context.Lacks}".TrimEnd() : context.Context;
    }

    private async Task<string> ListAsync(Arguments given, CancellationToken cancel)
    {
        var filter = new MemoryFilter(_project.Id, OneOf(given.Optional("type")));
        var found = (await _api.ListMemoriesAsync(filter, new PageRequest(given.Number("limit", 20, 1, 100)), cancel)).Value;
        return found.Memories.Count == 0 ? "Nothing is remembered yet." : string.Join("\n\n", found.Memories.Select(Show));
    }

    private async Task<string> RememberAsync(Arguments given, CancellationToken cancel)
    {
        var body = new MemoryBody { ProjectId = $"{_project.Id}", MemoryType = given.Optional("type") ?? "insight", Content = JsonValue.Create(given.Text("text")), Source = "agent" };
        return $"Remembered as {(await _api.RememberAsync(body, cancel)).Value.Id}.";
    }

    private static MemoryType? OneOf(string? word) => word is null || Types.Contains(word) ? Words.Read<MemoryType>(word)
        : throw new ApiFault(null, "wrong_use", $"'type': expected one of {string.Join(", ", Types)}.");

    private static string Show(ShownMemory memory) => string.Create(CultureInfo.InvariantCulture,
        $"[{memory.Id}] {Plain.Word(memory.MemoryType)}, {memory.UpdatedAt:yyyy-MM-dd}, from {Plain.Word(memory.Source)}\n{memory.Content}");
}
