using System.Text.RegularExpressions;
using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Core.Runs;

namespace AutoBuild.Tests.Configuration;

public sealed class DeclaredReaderTests
{
    [Fact]
    public void An_agent_is_declared_with_all_there_is()
    {
        var agent = Read("""
            agents:
              declared:
                mine:
                  command: [mine, --go, [--model, "{model}"], "{prompt_file}"]
                  resume: mine --resume {session} {prompt_file}
                  prompt: file
                  output: claude
                  environment: {QUIET: "1", PLACE: "${WHERE}"}
                  model: small
                  secrets: [MINE_KEY]
                  variables: [MINE_URL]
                  logins: [.mine/auth.json]
                  version: mine version
                  install: get mine
                  sign_in: Run 'mine login'.
            """)["mine"];

        Assert.Equal([["mine"], ["--go"], ["--model", "{model}"], ["{prompt_file}"]], agent.Command);
        Assert.Equal([["mine"], ["--resume"], ["{session}"], ["{prompt_file}"]], agent.Resume);
        Assert.Equal((PromptPlace.File, AgentOutput.Claude, "small", "get mine", false), (agent.Prompt, agent.Output, agent.Model, agent.Install, agent.Preset));
        Assert.Equal(["QUIET=1", "PLACE=there"], agent.Environment.Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Equal(("MINE_KEY", "MINE_URL", ".mine/auth.json", "Run 'mine login'."), (agent.SignIn.Secrets[0], agent.SignIn.Variables[0], agent.SignIn.Logins[0], agent.SignIn.Advice));
        Assert.Equal(["mine", "version"], agent.Version);
    }

    [Fact]
    public void Those_that_come_declared_are_there_and_can_be_declared_anew()
    {
        Assert.Equal(["aider", "copilot", "cursor-agent", "goose", "amp", "crush"], new Settings().Agents.Declared.Keys);
        Assert.All(new Settings().Agents.Declared.Values, agent => Assert.True(agent.Preset && agent.SignIn.Advice.EndsWith('.') && agent.Install is not null, agent.Name));

        var anew = Read("agents: {declared: {aider: {command: my-aider --fast}}}");

        Assert.Equal(("my-aider", false), (anew["aider"].Program, anew["aider"].Preset));
        Assert.True(anew["goose"].Preset);
    }

    [Theory]
    [InlineData("claude: {command: x}", "agents.declared: 'claude' can't be the name of a declared agent")]
    [InlineData("Mine: {command: x}", "agents.declared: 'Mine' can't be the name of a declared agent")]
    [InlineData("mine: {output: text}", "agents.declared.mine: expected 'command'")]
    [InlineData("mine: {comand: x, command: y}", "unknown key 'agents.declared.mine.comand'; did you mean 'command'?")]
    [InlineData("mine: {command: x, prompt: mail}", "agents.declared.mine.prompt: expected one of stdin, file, argument, got 'mail'.")]
    [InlineData("mine: {command: x, output: xml}", "agents.declared.mine.output: expected one of text, claude, codex, opencode, gemini, got 'xml'.")]
    [InlineData("mine: {command: x, prompt: argument}", "agents.declared.mine: with 'prompt: argument' the arguments have to name {prompt}.")]
    [InlineData("mine: {command: [x, '{prompt_file}']}", "agents.declared.mine: with 'prompt: stdin' the arguments can't name {prompt_file}.")]
    [InlineData("mine: {command: [x, '{modell}']}", "agents.declared.mine.command: there is no placeholder {modell}. Expected one of: {model}, {session}")]
    [InlineData("mine: {command: ['{model}']}", "agents.declared.mine.command: expected a program as its first word, got '{model}'.")]
    [InlineData("mine: {command: []}", "agents.declared.mine.command: expected the program and its arguments")]
    [InlineData("mine: {command: x, logins: [../other]}", "agents.declared.mine.logins: expected files or folders, relative to your home.")]
    [InlineData("mine: {command: x, secrets: KEY}", "agents.declared.mine.secrets: expected a list of names.")]
    [InlineData("mine: {command: x, environment: {A: '${NOWHERE}'}}", "agents.declared.mine.environment.A: the variable NOWHERE is not set.")]
    [InlineData("mine: {command: x, environment: {A: [1]}}", "agents.declared.mine.environment.A: expected a text.")]
    [InlineData("mine", "agents.declared: expected names of agents")]
    public void A_wrong_declaration_is_told_with_its_line_and_what_was_expected(string declaration, string expected)
    {
        var fault = Assert.Throws<AutoBuildException>(() => Read($"agents:\n  declared:\n    {declaration}\n"));

        Assert.Equal("config_invalid", fault.Code);
        Assert.Matches($"^f\\.yaml:3:[0-9]+: {Regex.Escape(expected)}", fault.Message);
    }

    private static IReadOnlyDictionary<string, AgentDeclaration> Read(string yaml) =>
        SettingsFile.Parse(yaml, "f.yaml", new Dictionary<string, string> { ["WHERE"] = "there" }).Agents.Declared;
}
