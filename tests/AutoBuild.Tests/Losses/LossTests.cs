using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Losses;

/// <summary>
/// Random sequences of everything that is done with trees, branches and the tip, cut off at random git commands: after each recovery all that
/// could be reached before can be reached still, the user's checkout is untouched, landed work is on the tip, and git finds nothing broken.
/// </summary>
public sealed class LossTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Nothing_that_anyone_made_is_ever_out_of_reach(int seed) => RunAsync(seed, 20);

    [Fact(Explicit = true)]
    public async Task Nothing_that_anyone_made_is_ever_out_of_reach_in_a_long_run()
    {
        var first = Environment.GetEnvironmentVariable("AUTOBUILD_TEST_SEED") is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        for (var seed = first; seed < first + 60; seed++)
        {
            await RunAsync(seed, 60);
        }
    }

    private async Task RunAsync(int seed, int rounds)
    {
        var random = new Random(seed);
        using var world = await World.CreateAsync(isRemote: seed % 2 == 0);
        var acts = new Acts(world, random);
        var steps = new Steps(world, random);
        var story = new List<string>();
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var held in world.Held.Values)
                {
                    story.Add($"the agent at {held.Lease.Ticket} {await acts.AgentAsync(held.Plan)}");
                }

                if (random.Next(3) == 0)
                {
                    story.Add($"the user {await acts.UserAsync()}");
                }

                await StepAsync(world, steps, random, story);
            }
        }
        catch (Exception)
        {
            output.WriteLine($"seed {seed}:\n  {string.Join("\n  ", story)}");
            throw;
        }
    }

    private static async Task StepAsync(World world, Steps steps, Random random, List<string> story)
    {
        var reachable = await world.ReachableAsync();
        var checkout = world.Checkout();
        var (name, run) = steps.Next();
        story.Add(name);
        var crash = random.Next(3) > 0 ? new Crash(random, 12) : null;
        try
        {
            Git.Around.Value = crash is null ? null : crash.AroundAsync;
            await run();
            Git.Around.Value = null;
        }
        catch (CrashException)
        {
            Git.Around.Value = null;
            story[^1] += $", which died {crash!.Where}";
            await steps.RestartAsync();
        }

        var left = await world.ReachableAsync();
        Assert.DoesNotContain(reachable, found => !left.ContainsKey(found.Key));
        Assert.True(Steps.IsSync(name) || checkout == world.Checkout(), "The user's checkout was changed.");
        var onTip = (await Git.TextAsync(world.ClonePath, ["rev-list", "refs/heads/main"], null, Stop)).Split('\n').ToHashSet();
        Assert.All(world.Landed, landed => Assert.Contains(landed, onTip));
        await Git.ExpectAsync(world.ClonePath, ["fsck", "--connectivity-only", "--no-dangling", "--no-progress"], null, Stop);
    }
}
