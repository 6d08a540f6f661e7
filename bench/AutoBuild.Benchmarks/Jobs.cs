using System.Text.Json.Nodes;

namespace AutoBuild.Benchmarks;

/// <summary>Waits for jobs over HTTP.</summary>
internal static class Jobs
{
    /// <summary>Returns the jobs once all have ended; fails after two minutes.</summary>
    public static async Task<IReadOnlyList<JsonNode>> WaitUntilOverAsync(ServerUnderTest server, IReadOnlyList<string> ids)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var jobs = new List<JsonNode>();
            foreach (var id in ids)
            {
                jobs.Add(await server.GetAsync($"jobs/{id}").ConfigureAwait(false));
            }

            if (jobs.All(job => job["status"]!.GetValue<string>() is "completed" or "failed" or "cancelled"))
            {
                return jobs;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token).ConfigureAwait(false);
        }
    }
}
