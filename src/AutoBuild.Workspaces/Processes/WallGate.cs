using System.Diagnostics;

namespace AutoBuild.Workspaces;

/// <summary>Holds a child back until its walls stand: it says a line when it is in its namespace, and begins at an empty line of ours.</summary>
internal static class WallGate
{
    // Where we stood lies below a mount by then. At any other line, or at the end of the input, it never begins.
    public const string Script = """
        echo
        IFS= read -r fault && [ -z "$fault" ] && cd "$PWD" || { echo "autobuild: the walls around this command could not be made: $fault" >&2; exit 126; }
        exec "$@"
        """;

    /// <summary>Makes the walls and lets the child begin; without a word where it ended before.</summary>
    public static void Open(Process process, IReadOnlyList<WallStep> steps)
    {
        var child = ProcessIdentity.Of(process.Id);
        if (process.StandardOutput.BaseStream.ReadByte() < 0 || child is null)
        {
            return;
        }
        var line = WallMaker.Make(child, steps) + "\n";
        try
        {
            process.StandardInput.BaseStream.Write(System.Text.Encoding.UTF8.GetBytes(line));
            process.StandardInput.BaseStream.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It was ended meanwhile.
            return;
        }
    }
}
