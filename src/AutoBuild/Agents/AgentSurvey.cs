using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Runner.Agents;
using AutoBuild.Workspaces;

namespace AutoBuild.Agents;

/// <summary>Looks which agents this server can start: whose program is there, in which version, and by what it is signed in.</summary>
internal sealed partial class AgentSurvey(OrchestratorOptions options, SignIns signIns)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A version is asked for once, until the file is another one: some command lines take seconds to tell it.
    private readonly ConcurrentDictionary<(string Path, DateTime Written), Task<string?>> _versions = [];
    private readonly string _salt = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Describes all of them.</summary>
    /// <param name="versions">Whether to ask each program for its version, which takes seconds the first time.</param>
    /// <param name="prints">Whether to tell fingerprints of the variables, by which somebody who has a value recognises it.</param>
    public async Task<AgentList> ListAsync(bool versions, bool prints) =>
        new(await Task.WhenAll(Programs.Select(program => LookAsync(program, versions, prints))), options.Agents.Default, prints ? _salt : null);

    /// <summary>Describes one; null where there is none of that name.</summary>
    public async Task<AgentBody?> FindAsync(string name) =>
        Programs.FirstOrDefault(program => program.Name == name) is { } found ? await LookAsync(found, versions: false, prints: false) : null;

    /// <summary>Makes the fingerprint of a variable's value.</summary>
    public static string Print(string salt, string name, string value) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}\n{name}\n{value}")))[..16];

    private IEnumerable<AgentProgram> Programs => AgentProgram.BuiltIn.Concat(options.Agents.Declared.Values.Select(AgentProgram.Of));

    private async Task<AgentBody> LookAsync(AgentProgram program, bool versions, bool prints)
    {
        var own = options.Environment();
        var path = Executable.Find(program.Program, own.GetValueOrDefault("PATH"));
        var version = path is null || !versions ? null : await VersionAsync(program, path, own);
        var (known, found) = (options.Agents.Declared.GetValueOrDefault(program.Name)?.SignIn ?? AgentSignIn.Of(program.Name) ?? new AgentSignIn(), signIns.Of(program.Name));
        return new AgentBody
        {
            Name = program.Name,
            Program = program.Program,
            Path = path,
            Version = version,
            TriedWith = program.TriedWith,
            VersionNote = Note(version, program.TriedWith),
            Install = program.Install,
            SignedInBy = [.. found.Secrets.Concat(found.Logins.Select(login => $"~/{login}")).Concat(options.Agents.Secrets.Where(name => known.Secrets.Contains(name) && own.ContainsKey(name))).Distinct()],
            Variables = [.. known.Secrets.Concat(known.Variables).Select(name => Variable(name, own, prints))],
            Advice = known.Advice,
            Quiet = program.Quiet,
            Declared = options.Agents.Declared.GetValueOrDefault(program.Name) is { } declared ? declared.Preset ? "preset" : "configuration" : null,
        };
    }

    private AgentVariable Variable(string name, IReadOnlyDictionary<string, string> own, bool prints) => own.GetValueOrDefault(name) is { Length: > 0 } value
        ? new AgentVariable(name, true, prints ? Print(_salt, name, value) : null)
        : new AgentVariable(name, false, null);

    private Task<string?> VersionAsync(AgentProgram program, string path, IReadOnlyDictionary<string, string> own) =>
        _versions.GetOrAdd((path, File.GetLastWriteTimeUtc(path)), key => AskAsync([key.Path, .. program.VersionCommand.Skip(1)], own));

    private static async Task<string?> AskAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> own)
    {
        try
        {
            var environment = own.ToDictionary();
            (environment["DISABLE_AUTOUPDATER"], environment["OPENCODE_DISABLE_AUTOUPDATE"]) = ("1", "1");
            var told = await ChildProcess.RunAsync(new ChildCommand(command[0], [.. command.Skip(1)]) { Environment = environment, WallLimit = Patience });
            return Version().Match(told.Output) is { Success: true } match ? match.Value : null;
        }
        catch (WorkspaceException)
        {
            return null;
        }
    }

    private static string? Note(string? version, string? tried)
    {
        if (version is null || tried is null)
        {
            return null;
        }
        return version == tried ? "as tried"
            : System.Version.TryParse(version, out var here) && System.Version.TryParse(tried, out var known)
                ? $"{(here < known ? "older" : "newer")} than {tried}, which was tried; what it prints may be read wrongly"
                : $"not {tried}, which was tried; what it prints may be read wrongly";
    }

    [GeneratedRegex(@"\d+\.\d+[0-9A-Za-z.+-]*")]
    private static partial Regex Version();
}
