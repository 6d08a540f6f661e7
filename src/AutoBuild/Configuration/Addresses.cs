using System.Text.RegularExpressions;

namespace AutoBuild.Configuration;

/// <summary>Makes addresses fit to be shown.</summary>
internal static partial class Addresses
{
    /// <summary>Returns the address with <c>***</c> for a password, also for one that stands behind the question mark, where drivers take them too.</summary>
    public static string WithoutPassword(string address) => Parameter().Replace(UserInfo().Replace(address, "***"), "***");

    // Up to the last @: a password that was not escaped may hold one, or a slash.
    [GeneratedRegex(@"(?<=://[^:@/]*:)[^\s]+(?=@)")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?<=[?&](password|passwd|pwd|token|key|secret|sslpassword)=)[^&\s]*", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
