using AutoBuild.Core.Tickets;

namespace AutoBuild.Tests.Core;

/// <summary>Holds the rule for the names of branches.</summary>
public sealed class BranchNameTests
{
    private static readonly Guid Ticket = Guid.Parse("01890000-0000-7000-8000-0000deadbeef");

    [Theory]
    [InlineData("Add a greeting", "autobuild/deadbeef-add-a-greeting")]
    [InlineData("  Fix: crash (again)!  ", "autobuild/deadbeef-fix-crash-again")]
    [InlineData("Größe ändern", "autobuild/deadbeef-gr-e-ndern")]
    [InlineData("日本語", "autobuild/deadbeef")]
    [InlineData("", "autobuild/deadbeef")]
    [InlineData("a..b~^:?*[\\@{.lock", "autobuild/deadbeef-a-b-lock")]
    [InlineData("one two three four five six seven eight nine", "autobuild/deadbeef-one-two-three-four-five-six-seven-eight")]
    public void A_title_becomes_a_name_that_git_takes(string title, string name) => Assert.Equal(name, BranchName.Of(Ticket, title));
}
