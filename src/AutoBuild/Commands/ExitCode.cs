namespace AutoBuild.Commands;

/// <summary>Names what a command's exit code says.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The work failed: agent, checks, conflict, or the server refused.</summary>
    public const int Failed = 1;

    public const int WrongUse = 2;

    /// <summary>Something is missing or broken on this machine or at the server.</summary>
    public const int Broken = 3;

    public const int Interrupted = 130;

    /// <summary>A merge driver was called wrongly; git takes what is not above 128 for a conflict.</summary>
    public const int DriverWrongUse = 129;

    /// <summary>A merge driver could not do its work.</summary>
    public const int DriverBroken = 131;
}
