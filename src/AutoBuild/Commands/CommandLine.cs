using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using AutoBuild.Client;
using AutoBuild.Core;
using AutoBuild.Workspaces;

namespace AutoBuild.Commands;

/// <summary>Parses what was typed, runs it, and turns every ending into an exit code and a sentence.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        if (TypedBytes.AreNoText(args))
        {
            return Fault.Write(terminal, args.Contains(CommonOptions.Json.Name), "wrong_use", "What was typed is no UTF-8 text. Write it into a file and give that on standard input: autobuild run - < FILE", ExitCode.WrongUse);
        }

        if (Suggest.IsAsked(args))
        {
            Suggest.Write(args[1], terminal.Out);
            return ExitCode.Done;
        }

        var root = Create();
        var parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Action is HelpText or { ClearsParseErrors: true } || args.Length == 0)
        {
            return await WriteAsync(args.Length == 0 ? root.Parse(["--help"]) : parse, terminal);
        }

        if (parse.Errors.Count > 0 || WrongUse.TakenForText(parse) is not null || parse.CommandResult.Command is not Verb verb)
        {
            return Fault.Write(terminal, Wants(parse), "wrong_use", WrongUse.Explain(parse), ExitCode.WrongUse);
        }

        using var interrupts = new Interrupts();
        return await RunAsync(verb, new Call(parse, terminal, interrupts));
    }

    /// <summary>Builds the tree of all commands.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Takes tickets, runs coding agents in parallel, each in its own git worktree, checks their work and lands what passes.");
        foreach (var option in CommonOptions.All)
        {
            root.Options.Add(option);
        }

        foreach (var command in All())
        {
            root.Subcommands.Add(command);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpText((HelpAction)help.Action!);
        return root;
    }

    private static IEnumerable<Command> All() =>
    [
        DemoCommand.Create(), RunCommand.Create(),
        ServeCommands.Up(), ServeCommands.Serve(),
        TicketCommands.Create(), JobCommands.Create(), LandingCommands.Create(), RadarCommand.Create(), ProjectCommands.Create(),
        WorktreeCommands.Create(), QueueCommands.Create(), UsageCommand.Create(), AgentCommands.Create(),
        IndexCommand.Create(), SearchCommand.Create(), ContextCommand.Create(), ChangelogCommand.Create(), MemoryCommands.Create(), McpCommand.Create(),
        MergeFileCommand.Create(), MergeDriverCommands.Create(),
        ServerCommands.Events(), ServerCommands.Health(), ServerCommands.Metrics(), ServerCommands.Down(), ApiCommand.Create(),
        DoctorCommand.Create(), ConfigCommands.Create(), CompletionCommand.Create(),
    ];

    private static async Task<int> RunAsync(Verb verb, Call call)
    {
        try
        {
            return await verb.Run(call);
        }
        catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested)
        {
            return Fault.Write(call, "interrupted", "Interrupted.", ExitCode.Interrupted);
        }
        catch (DecoderFallbackException)
        {
            return Fault.Write(call, "wrong_use", "The text that was given on standard input or in a file is no UTF-8. Convert it first (iconv -t UTF-8).", ExitCode.WrongUse);
        }
        catch (ApiFault fault)
        {
            return Fault.Write(call, fault.Code, fault.Message, fault.ExitCode);
        }
        catch (AutoBuildException fault)
        {
            return Fault.Write(call, fault.Code, fault.Message, fault is { Code: "wrong_use" } ? ExitCode.WrongUse : ExitCode.Broken);
        }
        catch (WorkspaceException fault)
        {
            return Fault.Write(call, fault.Code, fault.Message, ExitCode.Broken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Fault.Write(call, "io_failed", fault.Message, ExitCode.Broken);
        }
    }

    private static bool Wants(ParseResult parse) => parse.Tokens.Any(token => token.Value == CommonOptions.Json.Name);

    private static Task<int> WriteAsync(ParseResult parse, Terminal terminal) =>
        parse.InvokeAsync(new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false });
}
