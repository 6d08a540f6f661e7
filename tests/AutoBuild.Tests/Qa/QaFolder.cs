using AutoBuild.Core.Qa;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Qa;

/// <summary>A tree in a temp directory, and a PATH of recording stand-ins.</summary>
internal sealed class QaFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("autobuild-qa-").FullName;

    public QaFolder()
    {
        Directory.CreateDirectory(Tree);
        Directory.CreateDirectory(Bin);
    }

    public string Tree => Path.Combine(_root, "tree");

    /// <summary>Every stand-in's call in order: "npm ci" or, below the root, "frontend$ npm ci".</summary>
    public string[] Calls => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    public string[] Commands => [.. Plan.Checks.Select(check => check.Command)];

    public string[] Names => [.. Plan.Checks.Select(check => check.Name)];

    public QaPlan Plan => QaDetection.Detect(Tree);

    private string Bin => Path.Combine(_root, "bin");

    private string Log => Path.Combine(_root, "calls");

    public QaFolder Write(string path, string text = "")
    {
        var file = Path.Combine(Tree, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public QaFolder Executable(string path, string text)
    {
        Write(path, text);
        File.SetUnixFileMode(Path.Combine(Tree, path), (UnixFileMode)0b111_101_101);
        return this;
    }

    /// <summary>Puts a program on PATH that notes its arguments and folder, then runs a line of shell.</summary>
    public QaFolder Tool(string name, string then = "exit 0")
    {
        var file = Path.Combine(Bin, name);
        File.WriteAllText(file, $"""
            #!/bin/sh
            where=$(pwd -P); where=${"{"}where#"$(cd '{Tree}' && pwd -P)"{"}"}; where=${"{"}where#/{"}"}
            echo "${"{"}where:+$where$ {"}"}{name}${"{"}*:+ $*{"}"}" >> '{Log}'
            {then}

            """);
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        return this;
    }

    /// <summary>A site whose PATH holds the stand-ins and, if asked, what the machine has.</summary>
    public QaSite Site(bool machine = false, string? path = null) => new()
    {
        Tree = Tree,
        Commit = "1111111111111111111111111111111111111111",
        Confinement = Confinement.None,
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = path ?? (machine ? $"{Bin}:{Environment.GetEnvironmentVariable("PATH")}" : $"{Bin}:{Base()}"),
            ["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? _root,
        },
    };

    public async Task<QaReport> RunAsync(QaSite? site = null, QaPlan? plan = null) =>
        await QaRun.RunAsync(plan ?? Plan, site ?? Site(), TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // What a shell script needs, and nothing that a check could be.
    private string Base()
    {
        var folder = Path.Combine(_root, "base");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            foreach (var name in (string[])["sh", "cat", "mkdir", "touch", "sleep"])
            {
                File.CreateSymbolicLink(Path.Combine(folder, name), AutoBuild.Workspaces.Executable.Find(name)!);
            }
        }
        return folder;
    }
}
