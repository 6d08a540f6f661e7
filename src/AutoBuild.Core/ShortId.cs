namespace AutoBuild.Core;

/// <summary>Shortens ids for names of folders and branches, and for people.</summary>
public static class ShortId
{
    /// <summary>Returns the last hexadecimal digits, because the first ones of a v7 id are the time and alike within an hour.</summary>
    public static string Of(Guid id, int digits = 8) => id.ToString("N")[^digits..];
}
