using Microsoft.AspNetCore.Http;

namespace AutoBuild.Hosting;

/// <summary>Counts the requests under way, so that a temporary server knows when nobody needs it.</summary>
internal sealed class Presence(TimeProvider time)
{
    private int open;
    private long last = time.GetTimestamp();

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        Interlocked.Increment(ref open);
        try
        {
            await next(http);
        }
        finally
        {
            Volatile.Write(ref last, time.GetTimestamp());
            Interlocked.Decrement(ref open);
        }
    }

    /// <summary>How long no client has been here.</summary>
    public TimeSpan Absent => Volatile.Read(ref open) > 0 ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref last));
}
