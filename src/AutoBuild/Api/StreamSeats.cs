using AutoBuild.Configuration;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Counts the event streams that are open: so many for a token, twice as many for all.</summary>
internal sealed class StreamSeats(Settings settings)
{
    private readonly int _most = settings.Server.MaxStreams;
    private readonly Dictionary<string, int> _taken = [];
    private int _all;

    /// <summary>Streams that are open.</summary>
    public int Open => Volatile.Read(ref _all);

    /// <summary>Takes a seat until it is disposed of, or says why there is none.</summary>
    public Seat Take(string caller)
    {
        lock (_taken)
        {
            var taken = _taken.GetValueOrDefault(caller);
            if (taken >= _most || _all >= 2L * _most)
            {
                return new Seat(null, new Problem(StatusCodes.Status429TooManyRequests, "too_many_streams", taken >= _most
                    ? $"This token has {_most} event streams open. Close one, then try again, or raise server.max_streams."
                    : $"{_all} event streams are open, more than the server takes. Try again later, or raise server.max_streams."));
            }

            (_taken[caller], _all) = (taken + 1, _all + 1);
            return new Seat(() => Leave(caller), null);
        }
    }

    private void Leave(string caller)
    {
        lock (_taken)
        {
            (_taken[caller], _all) = (_taken[caller] - 1, _all - 1);
        }
    }

    /// <param name="Refusal">Why there is no seat; null where there is.</param>
    public sealed record Seat(Action? Free, Problem? Refusal) : IDisposable
    {
        public void Dispose() => Free?.Invoke();
    }
}
