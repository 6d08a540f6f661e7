using System.CommandLine;
using System.Reflection;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild completion</c>: a script that lets a shell ask <see cref="Suggest"/>.</summary>
internal static class CompletionCommand
{
    private const string Folder = "completion/";

    private static readonly Assembly Own = Assembly.GetExecutingAssembly();

    public static Verb Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong([.. Own.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name[Folder.Length..])]);
        return new Verb("completion", "Prints the script by which a shell completes commands, options, their words, and ids of the server that runs.",
            "autobuild completion bash", call =>
        {
            call.Terminal.Out.Write(Read(call.Get(shell)));
            return Task.FromResult(ExitCode.Done);
        }).With(shell);
    }

    private static string Read(string shell)
    {
        using var script = Own.GetManifestResourceStream(Folder + shell)!;
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }
}
