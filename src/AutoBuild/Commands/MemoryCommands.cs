using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Core;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;

namespace AutoBuild.Commands;

/// <summary>Holds what is done with what a project remembers.</summary>
internal static class MemoryCommands
{
    private static readonly PageRequest All = new(500);

    private static readonly Argument<string> Id = new("MEMORY") { Description = "The memory's id, or its last letters as the list shows them." };

    private static readonly Argument<string> Text = new("TEXT") { Description = "What to remember, in Markdown; - reads it from standard input." };

    public static Group Create() => new("memory", "Shows, writes and forgets what a project remembers.", List(), Add(), Edit(), Forget());

    private static Verb List()
    {
        var type = Type("Only memories of this type.");
        var limit = new Option<int>("--limit") { Description = "How many to list, at most 500.", HelpName = "N", DefaultValueFactory = _ => 50 };
        return new Verb("list", "Lists what a project remembers, newest first.", "autobuild memory list --type decision", async call =>
        {
            using var api = await call.ConnectAsync();
            var filter = new MemoryFilter((await new Lookup(api, call).ProjectAsync()).Id, Words.Read<MemoryType>(call.Get(type)));
            return call.Print(await api.ListMemoriesAsync(filter, new PageRequest(call.Get(limit)), call.Cancel), found => Show(call, found));
        }).With(ProjectOptions.Repository, ProjectOptions.Project, type, limit).PrintsData();
    }

    private static Verb Add()
    {
        var type = Type("What kind of memory it is (default: insight).");
        var ticket = new Option<string?>("--ticket") { Description = "The ticket that it is about.", HelpName = "TICKET", CompletionSources = { ServerWords.Of("ticket") } };
        return new Verb("add", "Remembers something about a project; the next runs of it may be told.", "autobuild memory add 'Dates are kept in UTC.' --type decision", async call =>
        {
            using var api = await call.ConnectAsync();
            var lookup = new Lookup(api, call);
            var body = new MemoryBody
            {
                ProjectId = $"{(await lookup.ProjectOrNewAsync()).Id}",
                TicketId = (await lookup.NamedTicketAsync(call.Get(ticket)))?.ToString(),
                MemoryType = call.Get(type) ?? Words.Of<MemoryType>()[(int)MemoryType.Insight],
                Content = JsonValue.Create(await call.TextAsync(call.Get(Text))),
            };
            return call.Print(await api.RememberAsync(body, call.Cancel), made => call.Say($"Remembered as {Plain.Id(made.Id)}."));
        }).With(Text, ProjectOptions.Repository, ProjectOptions.Project, type, ticket).PrintsData();
    }

    private static Verb Edit()
    {
        var type = Type("Another type.");
        return new Verb("edit", "Changes the words of a memory; nothing that is learnt changes them from then on.", "autobuild memory edit 7c2e9f01 'Dates are kept in UTC, always.'", async call =>
        {
            using var api = await call.ConnectAsync();
            var body = new MemoryChange { Content = JsonValue.Create(await call.TextAsync(call.Get(Text))), MemoryType = call.Get(type) };
            return call.Print(await api.EditMemoryAsync(await FindAsync(api, call), body, call.Cancel), made => call.Say($"Memory {Plain.Id(made.Id)} is changed."));
        }).With(Id, Text, ProjectOptions.Repository, ProjectOptions.Project, type).PrintsData();
    }

    private static Verb Forget() => new Verb("forget", "Forgets a memory for good.", "autobuild memory forget 7c2e9f01", async call =>
    {
        using var api = await call.ConnectAsync();
        return call.Print(await api.ForgetMemoryAsync(await FindAsync(api, call), call.Cancel), done => call.Say(done.Text));
    }).With(Id, ProjectOptions.Repository, ProjectOptions.Project).PrintsData();

    private static Option<string?> Type(string description) =>
        new Option<string?>("--type") { Description = description, HelpName = "TYPE" }.AcceptOnlyFromAmong(Words.Of<MemoryType>());

    private static async Task<Guid> FindAsync(ApiClient api, Call call)
    {
        var typed = call.Get(Id);
        if (Guid.TryParse(typed, out var whole))
        {
            return whole;
        }

        var project = await new Lookup(api, call).ProjectAsync();
        var known = (await api.ListMemoriesAsync(new MemoryFilter(project.Id), All, call.Cancel)).Value.Memories;
        return known.Where(memory => typed.Length >= 4 && memory.Id.ToString("N").EndsWith(typed.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)).ToList() switch
        {
            [var one] => one.Id,
            [] => throw new AutoBuildException("wrong_use", $"The newest {All.Limit} memories of {project.Name} have none '{typed}'. See: autobuild memory list"),
            var several => throw new AutoBuildException("wrong_use", $"{several.Count} memories end in '{typed}'; type more of the id."),
        };
    }

    private static void Show(Call call, ShownMemories found)
    {
        Tables.Show(call, ["memory", "type", "from", "day", "text"],
            [.. found.Memories.Select(memory => (string[])[Plain.Id(memory.Id), Plain.Word(memory.MemoryType), Plain.Word(memory.Source), memory.UpdatedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Plain.Line($"{memory.Content}", 200)])],
            "Nothing is remembered yet: runs leave something when they land or fail, and 'autobuild memory add' writes it down.");
        if (found.Total > found.Memories.Count)
        {
            call.Say($"{found.Total} in all; --limit shows more.");
        }
    }
}
