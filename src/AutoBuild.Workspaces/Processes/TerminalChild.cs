using System.ComponentModel;
using System.Diagnostics;

namespace AutoBuild.Workspaces;

/// <summary>Runs a program on the user's own terminal, such as an editor.</summary>
public static class TerminalChild
{
    /// <summary>Returns its exit code once it has ended.</summary>
    /// <exception cref="WorkspaceException">command_missing.</exception>
    public static async Task<int> RunAsync(string file, IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        try
        {
#pragma warning disable RS0030 // Its terminal is the user's, so none of the launcher's pipes may come between.
            using var child = Process.Start(new ProcessStartInfo(file, arguments) { UseShellExecute = false })!;
#pragma warning restore RS0030
            await child.WaitForExitAsync(cancellation);
            return child.ExitCode;
        }
        catch (Win32Exception fault)
        {
            throw new WorkspaceException("command_missing", $"'{file}' could not be started: {fault.Message}");
        }
    }
}
