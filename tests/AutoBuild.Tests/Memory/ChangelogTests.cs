using AutoBuild.Memory.Changelogs;
using AutoBuild.Tests.Workspaces;

namespace AutoBuild.Tests.Memory;

public sealed class ChangelogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private async Task<UserRepository> RepositoryAsync(params string[] messages)
    {
        var repository = await UserRepository.CreateAsync(_folder["repository"], ("a.txt", "a"));
        await repository.GitAsync("tag", "v1.2.3");
        foreach (var message in messages)
        {
            await CommitAsync(repository, message);
        }

        return repository;
    }

    private static Task<string> CommitAsync(UserRepository repository, string message) =>
        repository.GitAsync("commit", "-q", "--allow-empty", "-m", message);

    private static async Task RevertAsync(UserRepository repository, string subject) =>
        await CommitAsync(repository, $"Revert \"{subject}\"\n\nThis reverts commit {await repository.GitAsync("rev-parse", "HEAD")}.");

    private static async Task<Changelog> ReadAsync(UserRepository repository, string? from = null, string to = "HEAD", string? address = null) =>
        (await Changelog.ReadAsync(repository.Path, from, to, address, TestContext.Current.CancellationToken)).OrThrow();

    private static string[] Lines(Changelog log) => [.. log.Entries.Select(entry => $"{entry.Kind}: {(entry.Scope.Length > 0 ? entry.Scope + ": " : "")}{entry.Subject}")];

    [Theory]
    [InlineData("feat(api): pages", ChangeKind.Added, "api", "pages")]
    [InlineData("Fix: an empty list", ChangeKind.Fixed, "", "an empty list")]
    [InlineData("chore(deps): bump x from 1 to 2", ChangeKind.Dependencies, "deps", "bump x from 1 to 2")]
    [InlineData("Adds a page", ChangeKind.Added, "", "Adds a page")]
    [InlineData("Stopped it", ChangeKind.Changed, "", "Stopped it")]
    [InlineData("Fixes the door (#12)", ChangeKind.Fixed, "", "Fixes the door")]
    [InlineData("Removed the old door", ChangeKind.Removed, "", "Removed the old door")]
    [InlineData("Update dependency x to v10.0.11", ChangeKind.Dependencies, "", "Update dependency x to v10.0.11")]
    [InlineData("tsdb: keep blocks", ChangeKind.Changed, "tsdb", "keep blocks")]
    [InlineData("rt, sync: add a lock", ChangeKind.Added, "rt, sync", "add a lock")]
    [InlineData("What it does: nothing", ChangeKind.Changed, "", "What it does: nothing")]
    [InlineData("refactor: nothing to see", ChangeKind.Internal, "", "nothing to see")]
    public void A_message_says_its_kind(string message, ChangeKind kind, string scope, string subject)
    {
        var text = CommitText.Of(message);

        Assert.Equal((kind, scope, subject), (text.Kind, text.Scope, text.Subject));
    }

    [Fact]
    public async Task What_breaks_stands_first_with_its_note_and_raises_the_version()
    {
        var repository = await RepositoryAsync("feat: a", "fix!: b", "feat: c\n\nWhy.\n\nBREAKING CHANGE: calls of c\nneed a key\n\nReviewed-by: x");

        var log = await ReadAsync(repository);

        Assert.Equal(["Breaking: c", "Breaking: b", "Added: a"], Lines(log));
        Assert.Equal("calls of c need a key", log.Entries[0].Breaks);
        Assert.Equal(("v1.2.3", "v2.0.0"), (log.FromRef, log.NextVersion));
        Assert.True(log.Markdown.IndexOf("### Breaking changes", StringComparison.Ordinal) < log.Markdown.IndexOf("### Added", StringComparison.Ordinal));
        Assert.Contains("  calls of c need a key\n", log.Markdown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.2.3", "fix: a", "v1.2.4")]
    [InlineData("v1.2.3", "feat: a", "v1.3.0")]
    [InlineData("0.4.1", "feat!: a", "0.5.0")]
    [InlineData("release-1.9.9", "feat!: a", "release-2.0.0")]
    [InlineData("v2.0.0-rc.1", "fix: a", "v2.0.0")]
    [InlineData("v1.2", "fix: a", "v1.2.1")]
    [InlineData("latest", "fix: a", null)]
    public void The_next_version_follows_from_the_changes(string tag, string message, string? next)
    {
        var text = CommitText.Of(message);
        var entry = new ChangeEntry(text.Breaks is null ? text.Kind : ChangeKind.Breaking, "", "a", null, "0123456789", null, null, null, [], [], [], default);

        Assert.Equal(next, VersionTag.After(tag, [entry]));
        Assert.Null(VersionTag.After(tag, []));
    }

    [Fact]
    public async Task What_was_taken_back_is_not_told_but_what_was_taken_back_twice_is()
    {
        var repository = await RepositoryAsync("feat: a", "feat: b");
        await RevertAsync(repository, "feat: b");
        Assert.Equal(["Added: a"], Lines(await ReadAsync(repository)));

        await RevertAsync(repository, "Revert \"feat: b\"");

        Assert.Equal(["Added: b", "Added: a"], Lines(await ReadAsync(repository)));
    }

    [Fact]
    public async Task A_pull_request_is_one_change_and_a_plain_merge_is_what_it_brought_in()
    {
        var repository = await RepositoryAsync();
        await repository.GitAsync("checkout", "-q", "-b", "side");
        await CommitAsync(repository, "wip");
        await CommitAsync(repository, "more, closes #7");
        await repository.GitAsync("checkout", "-q", "main");
        await repository.GitAsync("merge", "-q", "--no-ff", "side", "-m", "Merge pull request #12 from someone/side\n\nAdd a door");
        await repository.GitAsync("checkout", "-q", "-b", "other");
        await CommitAsync(repository, "fix: one");
        await CommitAsync(repository, "docs: two");
        await repository.GitAsync("checkout", "-q", "main");
        await repository.GitAsync("merge", "-q", "--no-ff", "other", "-m", "Merge branch 'other'");

        var log = await ReadAsync(repository, address: "git@github.com:some/thing.git");

        Assert.Equal(["Added: Add a door", "Documentation: two", "Fixed: one"], Lines(log).Order(StringComparer.Ordinal));
        var door = log.Entries.Single(entry => entry.PullRequest == 12);
        Assert.Equal([7], door.Issues);
        Assert.Contains($"- Add a door ([#12](https://github.com/some/thing/pull/12), [{door.Commit[..7]}](https://github.com/some/thing/commit/{door.Commit}), closes #7)", log.Markdown, StringComparison.Ordinal);
        Assert.Contains("[All changes](https://github.com/some/thing/compare/v1.2.3...HEAD)", log.Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_landing_is_one_change_with_its_ticket()
    {
        var repository = await RepositoryAsync();
        await repository.GitAsync("checkout", "-q", "-b", "job");
        await CommitAsync(repository, "Fix the lock\n\nAutoBuild-Ticket: 42\nAutoBuild-Job: 1");
        await repository.GitAsync("checkout", "-q", "main");
        await repository.GitAsync("merge", "-q", "--no-ff", "job", "-m", "Fix the lock\n\nAutoBuild-Ticket: 42\nAutoBuild-Branch: job");

        var entry = Assert.Single((await ReadAsync(repository)).Entries);

        Assert.Equal((ChangeKind.Fixed, "Fix the lock", "42"), (entry.Kind, entry.Subject, Assert.Single(entry.Tickets)));
    }

    [Fact]
    public async Task What_was_done_several_times_is_one_line()
    {
        var log = await ReadAsync(await RepositoryAsync("fix: a", "fix: a", "fix: a", "fix: a", "fix: b"));

        Assert.Equal(5, log.Entries.Count);
        Assert.Equal(2, log.Markdown.Split('\n').Count(line => line.StartsWith("- ", StringComparison.Ordinal)));
        Assert.Contains(" and 1 more)", log.Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contributors_are_people()
    {
        var repository = await RepositoryAsync();
        await repository.GitAsync("-c", "user.name=dependabot[bot]", "commit", "-q", "--allow-empty", "-m", "Bump x");
        await CommitAsync(repository, "feat: a\n\nCo-authored-by: Second Hand <second@example.org>");

        var log = await ReadAsync(repository);

        Assert.Equal(2, log.Contributors.Count);
        Assert.Contains("Second Hand", log.Contributors);
    }

    [Fact]
    public async Task Links_lead_to_the_origin_where_no_address_is_given()
    {
        var repository = await RepositoryAsync("feat: a page (#3)");
        await repository.GitAsync("remote", "add", "origin", "git@github.com:a/b.git");

        Assert.Equal("https://github.com/a/b/pull/3", Assert.Single((await ReadAsync(repository)).Entries).PullRequestLink);
    }

    [Fact]
    public async Task More_commits_than_a_range_may_have_are_not_cut_in_silence()
    {
        var repository = await RepositoryAsync("feat: a", "feat: b");
        var (head, cancel) = (await repository.GitAsync("rev-parse", "HEAD"), TestContext.Current.CancellationToken);

        Assert.Null(await LoggedCommit.ReadAsync(repository.Path, "v1.2.3", head, 1, cancel));
        Assert.Equal(2, (await LoggedCommit.ReadAsync(repository.Path, "v1.2.3", head, 2, cancel))!.Count);
    }

    [Fact]
    public async Task A_message_can_not_write_markup_or_call_anybody()
    {
        var log = await ReadAsync(await RepositoryAsync("feat: <img src=x> ![y](z) for @everyone"));

        Assert.DoesNotContain("<img", log.Markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("![", log.Markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("@everyone", log.Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_between_two_commits_says_so_and_what_is_not_there_is_refused()
    {
        var repository = await RepositoryAsync();

        Assert.Contains("Nothing was changed.", (await ReadAsync(repository, "HEAD")).Markdown, StringComparison.Ordinal);
        foreach (var name in (string[])["v9", "--all", "HEAD:a.txt"])
        {
            Assert.Equal("ref_not_found", (await Changelog.ReadAsync(repository.Path, name, "HEAD", null, TestContext.Current.CancellationToken)).Refusal?.Code);
            Assert.Equal("ref_not_found", (await Changelog.ReadAsync(repository.Path, null, name, null, TestContext.Current.CancellationToken)).Refusal?.Code);
        }
    }

    [Theory]
    [InlineData("https://gitlab.example.org/group/project.git", "https://gitlab.example.org/group/project/-/merge_requests/3")]
    [InlineData("ssh://git@host.example.org:2222/a/b.git", "https://host.example.org/a/b/pull/3")]
    [InlineData("https://user:secret@github.com/a/b", "https://github.com/a/b/pull/3")]
    [InlineData("/srv/repository.git", null)]
    [InlineData("../other", null)]
    public void An_address_leads_to_pages(string address, string? page) => Assert.Equal(page, RepositoryPages.Of(address).PullRequest(3));
}
