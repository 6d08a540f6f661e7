using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Agents;

/// <summary>Reads an agent without a format of its own: text, and the lines of <c>docs/scripted-agent.md</c> among it. Its exit code is its word.</summary>
internal sealed class PlainReader : AgentReader
{
    private const int CommandNotFound = 127;

    private bool _quota;
    private DateTimeOffset? _reset;
    private string? _last;

    public override IReadOnlyList<AgentLine> Read(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return [];
        }
        var read = AgentLine.Read(line);
        _quota |= read.Quota;
        _reset = read.ResetAt ?? _reset;
        _last = read.Kind == RunEventKind.Message ? read.Text : _last;
        return [read];
    }

    public override AgentFault? Conclude(int exitCode, DateTimeOffset now) => exitCode switch
    {
        var _ when _quota => new AgentFault(AgentFailure.Quota, "", _reset),
        0 => null,
        Scripted.ScriptedAgentProgram.ScriptInvalid => new AgentFault(AgentFailure.ScriptInvalid, _last ?? ""),
        CommandNotFound => new AgentFault(AgentFailure.Missing, _last ?? ""),
        > 128 => new AgentFault(AgentFailure.Crashed, _last ?? "", Sentence: $"The agent was ended by signal {exitCode - 128}."),
        var _ => new AgentFault(AgentFailure.Failed, _last ?? "", Sentence: $"The agent ended with exit code {exitCode}."),
    };
}
