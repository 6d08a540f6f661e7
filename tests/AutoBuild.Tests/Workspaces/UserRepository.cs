using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

/// <summary>A user's repository with a work tree.</summary>
public sealed class UserRepository
{
    private UserRepository(string path) => Path = path;

    public string Path { get; }

    public static async Task<UserRepository> CreateAsync(string path, params (string Name, string Text)[] files)
    {
        Directory.CreateDirectory(path);
        var repository = new UserRepository(path);
        await repository.GitAsync("init", "-q", "-b", "main");
        if (files.Length > 0)
        {
            await repository.CommitAsync(files);
        }
        return repository;
    }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public Task<string> GitAsync(params string[] arguments) => Git.TextAsync(Path, arguments);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public async Task<string> CommitAsync(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            Write(name, text);
        }
        await GitAsync("add", "-A");
        await GitAsync("commit", "-q", "--allow-empty", "-m", "change");
        return await GitAsync("rev-parse", "HEAD");
    }
}
