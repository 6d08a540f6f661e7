using Microsoft.AspNetCore.Http;

namespace AutoBuild.Hosting;

/// <summary>Counts the requests under way, so that a temporary server knows when nobody needs it; a stranger who is refused is nobody.</summary>
internal sealed class Presence(TimeProvider time)
{
    private int _open;
    private long _last = time.GetTimestamp();

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await next(http);
        }
        finally
        {
            if (http.Response.StatusCode is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests))
            {
                Volatile.Write(ref _last, time.GetTimestamp());
            }

            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>How long no client has been here.</summary>
    public TimeSpan Absent => Volatile.Read(ref _open) > 0 ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref _last));
}
