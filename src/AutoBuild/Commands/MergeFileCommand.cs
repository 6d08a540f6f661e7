using System.CommandLine;
using AutoBuild.Merge;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild merge-file</c>: the merge engine as git calls a merge driver. Needs no server, data directory or configuration.</summary>
internal static class MergeFileCommand
{
    public const string Name = "merge-file";

    private static readonly Argument<string> Base = new("BASE") { Description = "The common ancestor (git's %O)." };
    private static readonly Argument<string> Ours = new("OURS") { Description = "The file merged into (%A); the result replaces it." };
    private static readonly Argument<string> Theirs = new("THEIRS") { Description = "The file merged (%B)." };
    private static readonly Argument<string?> Place = new("PATH") { Description = "The same as --path.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Path = new("--path") { Description = "The file's path within the repository (%P); it tells the language.", HelpName = "PATH" };
    private static readonly Option<bool> Stdout = new("--stdout") { Description = "Print the result, and leave OURS as it is." };
    private static readonly Option<bool> Explain = new("--explain") { Description = "Say for each place where both sides met what was done and why; on stderr where --stdout has the result." };
    private static readonly Option<MergeTier> Tier = new("--tier") { Description = "The loosest answers to take: a (certain within strict limits) or b (likely; default).", DefaultValueFactory = _ => MergeTier.B, CustomParser = ReadTier, HelpName = "a|b" };
    private static readonly Option<ConflictStyle> Style = new("--style") { Description = "What stands between markers, as in git's merge.conflictStyle: merge (default), diff3 or zdiff3.", HelpName = "STYLE" };
    private static readonly Option<int> MarkerSize = new("--marker-size") { Description = "Characters of a conflict marker (%L; default: 7).", DefaultValueFactory = _ => 7, HelpName = "N", Validators = { AtLeastOne } };
    private static readonly Option<string?> BaseLabel = Label("--base-label", "%S");
    private static readonly Option<string?> OursLabel = Label("--ours-label", "%X");
    private static readonly Option<string?> TheirsLabel = Label("--theirs-label", "%Y");

    public static Verb Create() => new Verb(Name,
        "Merges three versions of a file, as a git merge driver: 0 clean, 1 conflicts are left with markers, above 128 broken, and then OURS holds git's own merge.",
        "autobuild merge-file --stdout --explain --path src/app.ts base.ts ours.ts theirs.ts", call => RunAsync(call.Parsed, call.Terminal))
        .With(Base, Ours, Theirs, Place, Path, Stdout, Explain, Tier, Style, MarkerSize, BaseLabel, OursLabel, TheirsLabel).PrintsData();

    /// <summary>Runs what was typed without building the tree of all commands, which takes longer than a merge.</summary>
    public static Task<int> RunAsync(string[] args, Terminal terminal)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            return CommandLine.RunAsync(args, terminal);
        }

        var parse = new RootCommand { Create() }.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parse.Errors.Count > 0
            ? Task.FromResult(Fault.Write(terminal, args.Contains(CommonOptions.Json.Name), "wrong_use", parse.Errors[0].Message, ExitCode.DriverWrongUse))
            : RunAsync(parse, terminal);
    }

    private static Task<int> RunAsync(ParseResult parse, Terminal terminal)
    {
        var options = new MergeOptions
        {
            Accept = parse.GetValue(Tier),
            Style = parse.GetValue(Style),
            MarkerSize = parse.GetValue(MarkerSize),
            BaseLabel = Given(parse.GetValue(BaseLabel)) ?? MergeOptions.Default.BaseLabel,
            OursLabel = Given(parse.GetValue(OursLabel)) ?? MergeOptions.Default.OursLabel,
            TheirsLabel = Given(parse.GetValue(TheirsLabel)) ?? MergeOptions.Default.TheirsLabel,
        };
        var file = new MergeFile(parse.GetRequiredValue(Base), parse.GetRequiredValue(Ours), parse.GetRequiredValue(Theirs), parse.GetValue(Path) ?? parse.GetValue(Place), options)
        {
            ToStdout = parse.GetValue(Stdout),
            Explain = parse.GetValue(Explain),
            Json = parse.GetValue(CommonOptions.Json),
        };
        return file.RunAsync(terminal, Console.OpenStandardOutput);
    }

    private static Option<string?> Label(string name, string placeholder) => new(name) { Description = $"What stands after that side's marker ({placeholder}).", HelpName = "TEXT" };

    /// <summary>An older git leaves the placeholders of labels as they are.</summary>
    private static string? Given(string? label) => label is null or { Length: 2 } and ['%', _] ? null : label;

    private static void AtLeastOne(System.CommandLine.Parsing.OptionResult result)
    {
        if (result.GetValueOrDefault<int>() < 1)
        {
            result.AddError("--marker-size is 1 or more.");
        }
    }

    private static MergeTier ReadTier(System.CommandLine.Parsing.ArgumentResult result)
    {
        switch (result.Tokens)
        {
            case [{ Value: "a" or "A" }]:
                return MergeTier.A;
            case [{ Value: "b" or "B" }]:
                return MergeTier.B;
            default:
                result.AddError("--tier is a or b.");
                return MergeTier.B;
        }
    }
}
