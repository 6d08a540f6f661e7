using AutoBuild.Memory.History;
using AutoBuild.Tests.Workspaces;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Memory.History;

/// <summary>Reads the past of real repositories.</summary>
public sealed class PastTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Kept => _folder["past"];

    [Fact]
    public async Task A_file_is_known_by_its_present_name_in_all_its_commits()
    {
        var repository = await CreateAsync();
        await CommitAsync(repository, "Öffnet die Tür", "old name.txt", "1");
        await repository.GitAsync("mv", "old name.txt", "neu ü.txt");
        await repository.GitAsync("commit", "-q", "-m", "Moved it\n\nSigned-off-by: A <a@b>");
        await CommitAsync(repository, "Closes the door", "neu ü.txt", "2");

        var past = await ReadAsync(repository);

        Assert.Equal(4, past.Commits.Length);
        var opened = Assert.Single(past.Find("öffnet"));
        Assert.Equal("neu ü.txt", past.Paths[Assert.Single(past.Commits[opened.Commit].Files)]);
        Assert.Empty(past.Find("signed"));
        Assert.True(past.Priors[0] > 0);
    }

    [Fact]
    public async Task Only_what_is_new_is_read_and_what_was_rewritten_is_gone()
    {
        var repository = await CreateAsync();
        await CommitAsync(repository, "Opens the door", "a.txt", "1");
        await ReadAsync(repository);
        var read = await CommandsAsync(() => CommitAsync(repository, "Closes the door", "a.txt", "2"), repository);
        Assert.Equal(["rev-list", "log 1"], read);

        await repository.GitAsync("reset", "-q", "--hard", "HEAD~2");
        await CommitAsync(repository, "Paints the window", "a.txt", "3");
        var past = await ReadAsync(repository);
        Assert.Equal(2, past.Commits.Length);
        Assert.Empty(past.Find("door"));
        Assert.Single(past.Find("window"));
    }

    [Fact]
    public async Task A_shallow_clone_a_damaged_file_and_no_repository_at_all_are_read_as_far_as_they_go()
    {
        var repository = await CreateAsync();
        await CommitAsync(repository, "Opens the door", "a.txt", "1");
        await CommitAsync(repository, "Closes the door", "a.txt", "2");
        await repository.GitAsync("clone", "-q", "--depth=1", "file://" + repository.Path, _folder["shallow"]);
        var shallow = await new Past(Kept).At(_folder["shallow"], "HEAD");
        Assert.Single(shallow.Commits);

        Assert.Equal(3, (await ReadAsync(repository)).Commits.Length);
        foreach (var file in Directory.EnumerateFiles(Kept))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            bytes[bytes.Length / 2] ^= 0xFF;
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, (await ReadAsync(repository)).Commits.Length);

        Directory.CreateDirectory(_folder["plain"]);
        Assert.Empty((await new Past(Kept).At(_folder["plain"], "HEAD")).Commits);
    }

    [Fact]
    public async Task A_commit_that_touches_very_many_files_moves_them_and_says_nothing_of_them()
    {
        var repository = await CreateAsync();
        for (var file = 0; file <= PastCommit.MostFiles; file++)
        {
            await File.WriteAllTextAsync(Path.Combine(repository.Path, $"{file}.txt"), $"{file}", TestContext.Current.CancellationToken);
        }

        await repository.GitAsync("add", "-A");
        await repository.GitAsync("commit", "-q", "-m", "Brings everything in");
        await CommitAsync(repository, "Mends the seventh", "7.txt", "seven");
        Directory.CreateDirectory(Path.Combine(repository.Path, "moved"));
        await repository.GitAsync("mv", "7.txt", "moved/7.txt");
        await repository.GitAsync("commit", "-q", "-m", "Tidies up");

        var past = await ReadAsync(repository);
        Assert.Empty(past.Find("bring"));
        Assert.Equal("moved/7.txt", past.Paths[past.Commits[past.Find("seventh")[0].Commit].Files[0]]);
    }

    [Fact]
    public async Task A_secret_in_a_message_is_not_kept()
    {
        var repository = await CreateAsync();
        var token = "ghp_" + string.Concat(Enumerable.Repeat("a1B2c3D4e5F6", 3));
        await CommitAsync(repository, $"Opens the door with {token}", "a.txt", "1");
        var head = await repository.GitAsync("rev-parse", "HEAD");
        var read = Assert.Single(await CommitLog.ReadAsync(repository.Path, [head], TestContext.Current.CancellationToken));
        Assert.StartsWith("Opens the door with", read.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, read.Message, StringComparison.Ordinal);
    }

    private async Task<UserRepository> CreateAsync() => await UserRepository.CreateAsync(_folder["repository"], ("a.txt", "a"));

    private static async Task CommitAsync(UserRepository repository, string message, string file, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(repository.Path, file), text);
        await repository.GitAsync("add", "-A");
        await repository.GitAsync("commit", "-q", "-m", message);
    }

    private async Task<PastWork> ReadAsync(UserRepository repository) =>
        await new Past(Kept).At(repository.Path, await repository.GitAsync("rev-parse", "HEAD"));

    private async Task<List<string>> CommandsAsync(Func<Task> change, UserRepository repository)
    {
        await change();
        var head = await repository.GitAsync("rev-parse", "HEAD");
        var read = new List<string>();
        Git.Around.Value = (command, run) =>
        {
            var verb = command.Arguments.First(argument => argument is "rev-list" or "log");
            read.Add(verb == "log" ? $"log {System.Text.Encoding.ASCII.GetString(command.StandardInput.Span).Count(sign => sign == '\n')}" : verb);
            return run(command);
        };
        try
        {
            await new Past(Kept).At(repository.Path, head);
        }
        finally
        {
            Git.Around.Value = null;
        }

        return read;
    }
}
