using System.Diagnostics;
using System.Globalization;

namespace AutoBuild.Benchmarks;

/// <summary>Makes git repositories to measure on.</summary>
internal static class SampleRepository
{
    /// <summary>Makes a repository of so many small files in folders of 100, with one commit on main.</summary>
    public static async Task<string> CreateAsync(string path, int files)
    {
        for (var number = 0; number < files; number++)
        {
            var folder = Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"dir{number / 100:000}"));
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"file{number:00000}.txt")),
                string.Create(CultureInfo.InvariantCulture, $"file {number}\n") + new string('x', 200 + (number % 700)) + "\n").ConfigureAwait(false);
        }

        await File.WriteAllTextAsync(Path.Combine(path, "test.sh"), "#!/bin/sh\ntest -d .\n").ConfigureAwait(false);
        File.SetUnixFileMode(Path.Combine(path, "test.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await GitAsync(path, "init", "-q", "-b", "main").ConfigureAwait(false);
        await GitAsync(path, "add", "-A").ConfigureAwait(false);
        await GitAsync(path, "-c", "user.name=Bench", "-c", "user.email=bench@example.invalid", "commit", "-qm", "start").ConfigureAwait(false);
        return path;
    }

    public static Task<string> GitAsync(string directory, params string[] arguments) => RunAsync(directory, "git", arguments);

    public static Task<string> ShellAsync(string directory, string line) => RunAsync(directory, "/bin/sh", ["-c", line]);

    private static async Task<string> RunAsync(string directory, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
