using AutoBuild.Commands;
using AutoBuild.Core.Runs;

// First of all, so that a runner starts without anything it does not need.
switch (args)
{
    case ["runner", "--spec", var spec]:
        return await RunnerCommand.RunAsync(spec, secrets: false);
    case ["runner", "--spec", var spec, RunSecrets.Argument]:
        return await RunnerCommand.RunAsync(spec, secrets: true);
    case ["scripted-agent"]:
        return await RunnerCommand.ScriptedAgentAsync();
}
return await CommandLine.RunAsync(args, Terminal.OfProcess());
