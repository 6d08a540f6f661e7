using AutoBuild.Runner.Scripted;

namespace AutoBuild.Tests.Runner;

public sealed class ScriptTests : IDisposable
{
    private readonly string _tree = Directory.CreateTempSubdirectory("autobuild-script-").FullName;

    public void Dispose() => Directory.Delete(_tree, recursive: true);

    [Theory]
    [InlineData("write a.txt: one\\ntwo", "one\ntwo\n")]
    [InlineData("write a.txt: path: C:\\\\new", "path: C:\\new\n")]
    [InlineData("write a.txt\n    one\n      two\n\n    three\n\nprint x", "one\n  two\n\nthree\n")]
    [InlineData("write a.txt\n\tone", "one\n")]
    [InlineData("write a.txt: one\nappend a.txt: two", "one\ntwo\n")]
    [InlineData("write a.txt: one two\nreplace a.txt: two => three", "one three\n")]
    [InlineData("write a.txt: one two\nreplace a.txt: two => ", "one \n")]
    [InlineData("write a.txt: one\\ntwo\nreplace a.txt\n    one\n    two\n    ---\n    three", "three\n")]
    [InlineData("write a.txt: one\\ntwo\nreplace a.txt\n    one\n    ---", "\ntwo\n")]
    [InlineData("write a.txt: one\\ntwo\ninsert-after a.txt: one => middle", "one\nmiddle\ntwo\n")]
    [InlineData("write b.txt: x\nrename b.txt => a.txt", "x\n")]
    [InlineData("# nothing\n\nwrite a.txt: {{prompt}} {{AUTOBUILD_TICKET}} {{unknown}}", "the task 42 {{unknown}}\n")]
    [InlineData("save-prompt a.txt", "the task")]
    [InlineData("run printf x > a.txt", "x")]
    [InlineData("print a\nwrite a.txt: one\nexit 0\nwrite a.txt: two", "one\n")]
    public async Task Steps_change_files(string script, string expected)
    {
        var (code, _) = await FollowAsync(script);
        Assert.Equal(0, code);
        Assert.Equal(expected, await File.ReadAllTextAsync(Path.Combine(_tree, "a.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Delete_takes_files_and_folders()
    {
        await FollowAsync("write a/b.txt: x\nwrite c.txt: x\ndelete a\ndelete c.txt");
        Assert.Empty(Directory.GetFileSystemEntries(_tree));
    }

    [Theory]
    [InlineData("first\non round 2: second\non attempt 2: third\non turn 2: fourth\non turn 2 round 2: fifth\non message: sixth\non round any: rest", "first", 1, 1, 1)]
    [InlineData("first\non round 2: second\non turn 2: fourth", "second", 1, 2, 1)]
    [InlineData("first\non round 2: second\non attempt 2: third", "third", 1, 1, 2)]
    [InlineData("first\non turn 2: fourth\non turn 2, round 2: fifth", "fourth", 2, 1, 1)]
    [InlineData("first\non turn 2: fourth\non turn 2 and round 2: fifth\non round 2: second", "fifth", 2, 2, 1)]
    [InlineData("first\non round any: rest", "rest", 1, 7, 1)]
    [InlineData("first\non round 2: second", null, 1, 3, 1)]
    public void The_section_that_says_most_is_followed(string script, string? verb, int turn, int round, int attempt) =>
        Assert.Equal(verb, Script.Parse(script).At(new(turn, round, attempt, Message: false)).SingleOrDefault()?.Verb);

    [Fact]
    public void A_message_has_a_section_of_its_own() =>
        Assert.Equal("sixth", Script.Parse("first\non round 2: second\non message: sixth").At(new(1, 2, 1, Message: true)).Single().Verb);

    [Theory]
    [InlineData("print x\ndance", "line 2: 'dance' is no step")]
    [InlineData("on round two: print x", "line 1: expected a number after 'round'")]
    [InlineData("on moon 2: print x", "line 1: 'moon' is no condition")]
    [InlineData("replace a.txt: x", "line 1: replace: expected 'old => new'")]
    [InlineData("replace a.txt: x => y", "line 1: replace: there is no a.txt")]
    [InlineData("sleep long", "line 1: sleep: 'long' is no number")]
    [InlineData("usage tokens=5", "line 1: 'tokens=5' is not understood")]
    [InlineData("crash LOUD", "line 1: there is no signal 'LOUD'")]
    public async Task What_is_wrong_is_said_with_its_line(string script, string expected)
    {
        var (code, output) = await FollowAsync(script);
        Assert.Equal(ScriptedAgentProgram.ScriptInvalid, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expect the task\nprint ok", 0)]
    [InlineData("expect another task\nprint ok", 3)]
    [InlineData("exit 5", 5)]
    [InlineData("run exit 6\nprint never", 6)]
    [InlineData("ask why?\nprint never", 0)]
    [InlineData("quota\nprint never", 1)]
    [InlineData("sleep 10ms\nprint ok", 0)]
    public async Task Exit_codes(string script, int expected)
    {
        var (code, output) = await FollowAsync(script);
        Assert.Equal(expected, code);
        Assert.DoesNotContain("never", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> FollowAsync(string script)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string>
        {
            [ScriptedAgentProgram.ScriptVariable] = file,
            ["AUTOBUILD_TICKET"] = "42",
            ["PATH"] = "/usr/bin:/bin",
        };
        using var output = new StringWriter();
        var code = await ScriptedAgentProgram.RunAsync(new StringReader("the task"), output, _tree, environment);
        File.Delete(file);
        return (code, output.ToString());
    }
}
