using static AutoBuild.Tests.Api.Routes.Cell;

namespace AutoBuild.Tests.Api.Routes;

internal static class CallbackRows
{
    public static readonly RouteRow[] All =
    [
        new("POST /callback", 200, world => new(Body: world.ReportBodyAsync()), "job_id", "attempt", "status", "message")
        {
            BadInput = Cell.All(
                Refused(400, "validation_failed", _ => new(Body: """{"job_id":"7","status":"done"}""")),
                Refused(400, "body_invalid", _ => new(Body: "{"))),
            UnknownId = Refused(404, "job_not_found", _ => new(Body: $$"""{"job_id":"{{Guid.NewGuid()}}","attempt":1,"status":"success"}""")),
            WrongState = Refused(409, "job_already_finished", world => new(Body: $$"""{"job_id":"{{world.RanJob}}","attempt":1,"status":"success"}""")),
            Twice = new(async (world, row) =>
            {
                var call = await row.Call(world).MadeAsync();
                var first = (await world.SendAsync(row, call)).Did(200);
                Assert.Equal(first.Text, (await world.SendAsync(row, call)).Did(200).Text);
            }),
        },
        new("GET /jobs/{id}/callbacks", 200, world => new(world.RanJob), "callbacks", "received", "next_cursor")
        {
            UnknownId = Unknown("job_not_found"),
            WrongState = None("a list"),
        },
        new("POST /jobs/{id}/callbacks/{delivery}/redeliver", 200, world => new(world.OwingJobAsync(), world.DeliveryAsync()), "id", "url", "tries", "next_at", "delivered_at")
        {
            UnknownId = Unknown("callback_not_found"),
            WrongState = None("sent again in any state"),
        },
        new("GET /jobs/{id}/callback-token", 200, world => new(world.OpenAttemptAsync()), "job_id", "attempt", "token")
        {
            UnknownId = Unknown("job_not_found"),
            WrongState = Refused(409, "no_open_attempt", world => new(world.RanJob)),
            WrongRole = By(ApiServer.Member, 403, "role_missing"),
        },
    ];
}
