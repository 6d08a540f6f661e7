using System.Net.Http.Headers;
using AutoBuild.Core;
using AutoBuild.Core.Store;
using AutoBuild.Core.Telemetry;
using AutoBuild.Storage.Sqlite;

namespace AutoBuild.Hosting;

/// <summary>Opens the store, if need be after a temporary server has handed it over.</summary>
internal static class TakeOver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<IStore> OpenStoreAsync(ServeRequest request, DataDirectory data, Instruments instruments, CancellationToken cancel)
    {
        try
        {
            return await OpenAsync(request, data, instruments, cancel);
        }
        catch (AutoBuildException fault) when (fault.Code == "store_locked" && EndpointsFile.Read(data.Endpoints) is { } other && other.IsAlive())
        {
            if (!request.TakeOver || !other.Temporary)
            {
                throw new AutoBuildException("store_locked",
                    $"A server already runs on {data.Path}, at {other.Address.ToString().TrimEnd('/')} (process {other.Pid}). Use that one, or stop it first.", fault);
            }

            await AskAsync(other, cancel);
        }

        return await WaitAsync(request, data, instruments, cancel);
    }

    private static async Task<IStore> OpenAsync(ServeRequest request, DataDirectory data, Instruments instruments, CancellationToken cancel) =>
        await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = data.Database, Queue = request.Settings.Queue, Instruments = instruments }, request.Time, cancel);

    private static async Task AskAsync(EndpointsFile other, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = Patience };
        using var ask = new HttpRequestMessage(HttpMethod.Post, new Uri(other.Address, "/api/v1/shutdown"));
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(other.TokenFile, cancel)).Trim());
        try
        {
            using var answer = await http.SendAsync(ask, cancel);
        }
        catch (HttpRequestException)
        {
            // It is ending already, or died: the lock tells.
        }
    }

    private static async Task<IStore> WaitAsync(ServeRequest request, DataDirectory data, Instruments instruments, CancellationToken cancel)
    {
        var began = request.Time.GetTimestamp();
        while (true)
        {
            try
            {
                return await OpenAsync(request, data, instruments, cancel);
            }
            catch (AutoBuildException fault) when (fault.Code == "store_locked" && request.Time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Look, request.Time, cancel);
            }
        }
    }
}
