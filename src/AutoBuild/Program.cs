using AutoBuild.Commands;

// First of all, so that a runner starts without anything it does not need.
switch (args)
{
    case ["runner", "--spec", var spec, .. var options]:
        return await RunnerCommand.RunAsync(spec, options);
    case ["scripted-agent"]:
        return await RunnerCommand.ScriptedAgentAsync();
}
return await CommandLine.RunAsync(args, Terminal.OfProcess());
