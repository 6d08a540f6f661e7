using AutoBuild.Benchmarks;

return await Suite.RunAsync(args, Console.Out).ConfigureAwait(false);
