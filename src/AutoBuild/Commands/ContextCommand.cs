using System.CommandLine;
using AutoBuild.Api;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild context</c>: what a run of a task would be given to start with.</summary>
internal static class ContextCommand
{
    public static Verb Create()
    {
        var task = new Argument<string>("TASK") { Description = "The task; - reads it from standard input." };
        var tokens = new Option<int>("--max-tokens") { Description = "Tokens of the whole text.", HelpName = "N", DefaultValueFactory = _ => 2000 };
        var plain = new Option<bool>("--no-patterns") { Description = "Leave out what was learnt about the project." };
        return new Verb("context", "Prints what an agent would be given to start a task with.", "autobuild context 'Greet by name on the start page' --max-tokens 4000", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectOrNewAsync();
            var body = new ContextBody { ProjectId = $"{project.Id}", TaskDescription = await call.TextAsync(call.Get(task)), MaxTokens = call.Get(tokens), IncludePatterns = !call.Get(plain) };
            return call.Print(await api.GetContextAsync(body, call.Cancel), context =>
            {
                if (context.Context.Length > 0)
                {
                    call.Write(Plain.Text(context.Context.TrimEnd('\n')) + "\n", Style.Plain);
                }

                call.Terminal.Error.WriteLine($"{context.Tokens} tokens, {context.Sources.Count} places.{(context.Lacks is { } lacks ? $" {lacks}" : "")}");
            });
        }).With(task, ProjectOptions.Repository, ProjectOptions.Project, tokens, plain).PrintsData();
    }
}
