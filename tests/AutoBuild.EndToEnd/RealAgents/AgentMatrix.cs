using static AutoBuild.EndToEnd.RealAgents.AgentProgram;

namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Says what has to hold, and with which command lines it is tried.</summary>
internal static class AgentMatrix
{
    // A limit holds all jobs of its agent, and a killed server all of its jobs.
    private const string Own = "";

    private static readonly Dictionary<AgentProgram, string> NotAsked = Others("not asked for");

    public static IReadOnlyList<AgentCase> Cases { get; } =
    [
        new("edits, and it lands", AgentCases.EditAndLandAsync) { Quick = [Claude, Codex, OpenCode, Gemini, Qwen] },
        new("rate limit, then success", AgentCases.RateLimitThenSuccessAsync) { Quick = [Claude] },
        new("overload for ever", AgentCases.OverloadAsync) { Configuration = Own },
        new("used-up share with the time of its return", AgentCases.QuotaAsync) { Configuration = Own, Quick = [Codex] },
        new("refused sign-in (401)", AgentCases.UnauthorizedAsync) { Quick = [OpenCode] },
        new("malformed answer", AgentCases.MalformedAsync),
        new("stream cut", AgentCases.StreamCutAsync),
        new("silent stream", AgentCases.SilentAsync) { Configuration = "  idle_timeout: 20s\n" },
        new("turns used up", AgentCases.MaxTurnsAsync),
        new("refused a command by a rule", AgentCases.RefusedAsync) { Configuration = "  deny: ['shell:git push']\n" },
        new("held to reading", AgentCases.ReadingAsync)
        {
            Configuration = "  permission: read\n",
            Not = new Dictionary<AgentProgram, string> { [Codex] = "can't be held to reading: refused before it starts" },
        },
        new("budget", AgentCases.BudgetAsync) { Not = Others("the scripted model has no price; bounded alike by our count") },
        new("failed checks mended in the same session", AgentCases.FixLoopAsync) { Quick = [Claude] },
        new("a question, answered later", AgentCases.QuestionAsync),
        new("cancelled in a tool call", AgentEndings.CancelAsync) { Quick = [Claude, Codex] },
        new("server killed in a tool call, taken over by the next", AgentEndings.KilledServerAsync) { Configuration = Own, Quick = [Claude] },
        new("resumed after a restart", AgentEndings.ResumeAsync) { Configuration = Own },
        new("an enemy in a file reaches no secret", AgentEndings.InjectionAsync) { Quick = [Claude] },
        new("is told of its run: checks, branch, how to ask", AgentTerms.ToldAsync),
        new("what one turn plants configures no later one", AgentTerms.PlantedAsync) { Quick = [Claude] },
        new("may edit and run nothing", AgentTerms.EditingOnlyAsync)
        {
            Configuration = "  permission: edit\n",
            Not = new Dictionary<AgentProgram, string> { [Codex] = "refused: it does everything by commands" },
        },
        new("six at once: four Claude Code, two Codex", AgentCases.SixAsync)
        {
            Not = new Dictionary<AgentProgram, string>(NotAsked) { [Codex] = "beside Claude Code" },
        },
    ];

    private static Dictionary<AgentProgram, string> Others(string why) => All.Where(agent => agent != Claude).ToDictionary(agent => agent, _ => why);
}
