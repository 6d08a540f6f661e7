using System.Text.RegularExpressions;

namespace AutoBuild.Memory.History;

/// <summary>Takes from a commit's message what says nothing of the work: trailers, addresses, ids.</summary>
internal static partial class MessageText
{
    /// <summary>Characters that are kept; what comes later is a list or a log.</summary>
    public const int Longest = 2000;

    public static string Of(string message)
    {
        var text = message.Length > Longest * 4 ? message[..(Longest * 4)] : message;
        text = Ids().Replace(Addresses().Replace(Trailers().Replace(text, ""), " "), " ").Trim();
        return text.Length > Longest ? text[..Longest] : text;
    }

    // Signed-off-by, Change-Id, AutoBuild-Ticket: keys with a dash, and Cc.
    [GeneratedRegex(@"^[ \t]*([A-Z][A-Za-z]*(-[A-Za-z]+)+|Cc)[ \t]*:.*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Trailers();

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Addresses();

    [GeneratedRegex(@"\b[0-9a-f]{12,64}\b")]
    private static partial Regex Ids();
}
