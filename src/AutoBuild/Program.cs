using AutoBuild.Commands;

// First of all, so that a runner and a merge driver start without anything they do not need.
switch (args)
{
    case ["runner", "--spec", var spec, .. var options]:
        return await RunnerCommand.RunAsync(spec, options);
    case [MergeFileCommand.Name, ..]:
        return await MergeFileCommand.RunAsync(args, Terminal.OfProcess());
    case ["scripted-agent"]:
        return await RunnerCommand.ScriptedAgentAsync();
}
return await CommandLine.RunAsync(args, Terminal.OfProcess());
