using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core.Callbacks;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild job callbacks</c>.</summary>
internal static class JobCallbacks
{
    private static readonly string[] Columns = ["callback", "event", "to", "tries", "last answer", "state"];

    public static Verb Create()
    {
        var id = ProjectOptions.Id("job");
        var redeliver = new Option<bool>("--redeliver") { Description = "Send it again, delivered or given up." };
        var token = new Option<bool>("--attempt-token") { Description = "Print the token with which the open attempt may report its end from elsewhere, and nothing else (needs the role admin)." };
        return new Verb("callbacks", "Shows whether a job's receiver was told of its end, and what its runs reported from elsewhere.", "autobuild job callbacks 5d20c7be --redeliver", async call =>
        {
            using var api = await call.ConnectAsync();
            var job = await new Lookup(api, call).JobAsync(call.Get(id));
            if (call.Get(token))
            {
                return call.Print(await api.GetCallbackTokenAsync(job.Id, call.Cancel), one => call.Say(one.Token));
            }

            var list = await api.ListCallbacksAsync(job.Id, call.Cancel);
            if (call.Get(redeliver))
            {
                foreach (var delivery in list.Value.Callbacks)
                {
                    await api.RedeliverAsync(job.Id, delivery.Id, call.Cancel);
                }

                list = await api.ListCallbacksAsync(job.Id, call.Cancel);
            }

            return call.Print(list, all => Show(call, all));
        }).With(id, redeliver, token).PrintsData();
    }

    private static void Show(Call call, CallbackList all)
    {
        Tables.Show(call, Columns, [.. all.Callbacks.Select(Row)], "Nothing is owed to a receiver: the job has no callback_url, or has not ended.");
        foreach (var received in all.Received)
        {
            call.Say($"Attempt {received.Attempt} reported {Plain.Word(received.Status)} from elsewhere{(received.Late ? ", after the cancel" : "")}.");
        }
    }

    private static IReadOnlyList<string> Row(Delivery delivery) =>
    [
        Plain.Id(delivery.Id), delivery.Event, new Uri(delivery.Url).Authority, $"{delivery.Tries}", delivery.LastError ?? (delivery.LastStatus is { } status ? $"{status}" : ""),
        delivery.NextAt is { } next ? $"again at {next:HH:mm:ss} UTC" : delivery.LastError is null ? "delivered" : "given up",
    ];
}
