using AutoBuild.Commands;

// First of all, so that a runner starts without anything it does not need.
switch (args)
{
    case ["runner", "--spec", var spec]:
        return await RunnerCommand.RunAsync(spec);
    case ["scripted-agent"]:
        return await RunnerCommand.ScriptedAgentAsync();
}
return await CommandLine.RunAsync(args, Terminal.OfProcess());
