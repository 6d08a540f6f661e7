using System.Text;

namespace AutoBuild.Commands;

/// <summary>Looks at what was typed before the runtime made text of it.</summary>
internal static class TypedBytes
{
    private const string Own = "/proc/self/cmdline";
    private const char Replacement = '\uFFFD';

    /// <summary>Tells whether a byte was typed that is no text, and that would arrive as a question mark.</summary>
    public static bool AreNoText(string[] args)
    {
        if (!args.Any(arg => arg.Contains(Replacement, StringComparison.Ordinal)) || !File.Exists(Own))
        {
            return false;
        }

        try
        {
            Terminal.Utf8.GetString(File.ReadAllBytes(Own));
            return false;
        }
        catch (DecoderFallbackException)
        {
            return true;
        }
    }
}
