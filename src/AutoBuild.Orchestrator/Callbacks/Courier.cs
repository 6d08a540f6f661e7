using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AutoBuild.Core.Callbacks;
using AutoBuild.Core.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Brings what the store owes to receivers, at least once and for as long as tries are left.</summary>
public sealed class Courier(IStore store, Receivers receivers, SecretBox box, OrchestratorOptions options, WorkMetrics metrics, TimeProvider time, ILogger<Courier> log) : BackgroundService
{
    private const int PerHost = 2;
    private const int AtOnce = 64;
    private const int LongestError = 300;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<Guid, string> _underWay = new();
    private readonly OwnedTasks _sending = new();

    /// <summary>Tells whether a callback is being sent just now.</summary>
    internal bool IsUnderWay(Guid delivery) => _underWay.ContainsKey(delivery);

    /// <summary>Waits for what is being sent; what was not answered by then is sent again after the next start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _sending.WhenIdleAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(Look, time);
        do
        {
            try
            {
                foreach (var due in await store.ListDueDeliveriesAsync(PerHost, stoppingToken))
                {
                    Begin(due, stoppingToken);
                }
            }
#pragma warning disable CA1031 // Tried again in a second.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.NotLookedAt(fault.Message);
            }
        }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }

    // A dead receiver keeps two connections waiting and no more.
    private void Begin(Delivery due, CancellationToken stop)
    {
        var host = new Uri(due.Url).Authority;
        if (_underWay.Count < AtOnce && _underWay.Values.Count(busy => busy == host) < PerHost && _underWay.TryAdd(due.Id, host))
        {
            _sending.Add(BringAsync(due, host, stop));
        }
    }

    private async Task BringAsync(Delivery due, string host, CancellationToken stop)
    {
        try
        {
            var tried = await TryAsync(due, stop);
            await store.RecordDeliveryAsync(due.Id, tried, CancellationToken.None);
            metrics.CallbackTried(tried.Error is null);
            if (tried.Error is { } why)
            {
                log.NotDelivered(due.Id, due.JobId, host, due.Tries + 1, why, tried.NextAt is null ? 0 : due.TriesLeft - 1);
            }
            else
            {
                log.Delivered(due.Id, due.JobId, host, due.Tries + 1);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It is still owed.
        }
#pragma warning disable CA1031 // Without a record it is still owed, and sent again under the same id.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            log.NotLookedAt(fault.Message);
        }
        finally
        {
            _underWay.TryRemove(due.Id, out _);
        }
    }

    private async Task<DeliveryTry> TryAsync(Delivery due, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(options.Callbacks.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            using var request = Request(due);
            using var answer = await receivers.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return Judge(due, answer);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Failed(due, null, $"no answer within {options.Callbacks.Timeout.TotalSeconds:0.#} s", null);
        }
#pragma warning disable CA1031 // Whatever went wrong, it was a try and counts as one.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            var why = fault.GetBaseException().Message;
            return Failed(due, null, why.Length > LongestError ? why[..LongestError] : why, null);
        }
    }

    private HttpRequestMessage Request(Delivery due)
    {
        var body = Encoding.UTF8.GetBytes(due.Body);
        var request = new HttpRequestMessage(HttpMethod.Post, due.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("AutoBuild-Callback/1");
        request.Headers.Add("X-AutoBuild-Event", due.Event);
        request.Headers.Add("X-AutoBuild-Delivery", due.Id.ToString());
        var timestamp = CallbackSignature.Timestamp(time.GetUtcNow());
        request.Headers.Add(CallbackSignature.TimeHeader, timestamp);
        if (due.SealedSecret is { } @sealed)
        {
            var secret = box.Open(@sealed) ?? throw new CallbackSecretException();
            request.Headers.Add(CallbackSignature.Header, CallbackSignature.Of(secret, timestamp, body));
            // The receivers of the original plan know nothing else.
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
        }

        return request;
    }

    private DeliveryTry Judge(Delivery due, HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        return status is >= 200 and < 300 ? new DeliveryTry(status, null, null)
            : answer.StatusCode == HttpStatusCode.Gone ? new DeliveryTry(status, "answered 410: it wants no more", null)
            : Failed(due, status, status is >= 300 and < 400 ? $"answered {status}; redirects are not followed" : $"answered {status}", RetryAfter(answer));
    }

    private DeliveryTry Failed(Delivery due, int? status, string why, TimeSpan? asked)
    {
        var wait = Backoff(due.Tries + 1);
        return new DeliveryTry(status, why, time.GetUtcNow() + (asked > wait ? asked.Value : wait));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter?.Delta ?? answer.Headers.RetryAfter?.Date - time.GetUtcNow();
        return asked > LongestRetryAfter ? LongestRetryAfter : asked;
    }

    // Spreads the tries of many; which value comes is of no consequence to anybody.
#pragma warning disable CA5394
    private TimeSpan Backoff(int tries)
    {
        var doubled = options.Callbacks.RetryBase * Math.Pow(2, Math.Clamp(tries - 1, 0, 20));
        return (doubled < options.Callbacks.RetryCap ? doubled : options.Callbacks.RetryCap) * (0.5 + Random.Shared.NextDouble());
    }
#pragma warning restore CA5394

    private sealed class CallbackSecretException() : Exception("the secret was sealed with another key; the server's key has changed since");
}
