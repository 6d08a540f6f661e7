using AutoBuild.Core.Memory;
using AutoBuild.Memory.Memories;

namespace AutoBuild.Tests.Memory.Memories;

public sealed class RunMemoryTests
{
    private static readonly RunFacts Facts = new()
    {
        Project = Guid.Empty,
        Ticket = Guid.Empty,
        Job = Guid.Empty,
        Asked = "Retry payments",
        End = RunEnd.Landed,
        Agent = "claude",
        Commit = "0123456789abcdef0123456789abcdef01234567",
        Changed = ["src/Retry.cs"],
        Failed = [new FailedCheck("test", "make test", "one\ntwo", ["src/Retry.cs"])],
        Passed = [new PassedCheck("test", "make test")],
        Comments = ["Wait an hour.\nThen again."],
    };

    [Fact]
    public void It_says_what_was_asked_what_came_of_it_and_what_people_said() => Assert.Equal(
        """
        Asked: Retry payments

        - Landed as 0123456789abcdef0123456789abcdef01234567, done by claude.
        - Changed: `src/Retry.cs`
        - The check test (`make test`) failed and was mended in `src/Retry.cs`. Its last words: one / two
        - Checks that passed: `make test`.
        - Said by a person: Wait an hour. / Then again.

        """.ReplaceLineEndings("\n"),
        RunMemory.Text(Facts));

    [Fact]
    public void A_key_in_a_ticket_a_comment_or_an_output_is_not_remembered()
    {
        var key = "gh" + "p_" + string.Concat(Enumerable.Repeat("aB3dE6gH9k", 4))[..36];
        var text = RunMemory.Text(Facts with { Asked = $"Use {key} for it", Comments = [$"or {key}"], Failed = [new FailedCheck("test", "make", $"token {key} is old", [])], End = RunEnd.Failed, Why = $"{key} was refused" });

        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        Assert.Contains("for it", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunEnd.Waiting, null)]
    [InlineData(RunEnd.Landed, MemoryType.ExecutionSuccess)]
    [InlineData(RunEnd.Rejected, MemoryType.ExecutionFailure)]
    [InlineData(RunEnd.Red, MemoryType.ExecutionFailure)]
    [InlineData(RunEnd.Cancelled, MemoryType.ExecutionFailure)]
    public void Only_what_landed_is_a_success(RunEnd end, MemoryType? type) => Assert.Equal(type, RunMemory.TypeOf(end));
}
