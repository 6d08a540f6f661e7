using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Api.Routes;

/// <summary>Is one route of the API, with what it answers in each of the cases that every route has. What is left out has the answer that all routes have.</summary>
/// <param name="Name">Method and path as the document has them, without <c>/api/v1</c>.</param>
/// <param name="Status">What it answers when all is well.</param>
/// <param name="Call">Makes what it needs, and the request.</param>
/// <param name="Members">What the answer has then.</param>
internal sealed record RouteRow(string Name, int Status, Func<RouteWorld, Call> Call, params string[] Members)
{
    private const long TooMuch = 99_999_999_999;

    public string Method => Name.Split(' ')[0];

    public string Path => Name.Split(' ')[1];

    private bool HasId => Path.Contains('{', StringComparison.Ordinal);

    private bool Reads => Method == "GET";

    public Cell BadInput { get => field ?? (Path.Contains("{id}", StringComparison.Ordinal) ? Malformed : Cell.None("without input")); init; }

    public Cell UnknownId { get => field ?? (HasId ? Cell.Missing : Cell.None("without an id")); init; }

    public Cell WrongState { get => field ?? Cell.Missing; init; }

    public Cell NoToken { get => field ?? Cell.By(null, 401, "token_missing"); init; }

    public Cell WrongRole { get => field ?? (Reads ? Cell.None("reading takes any role") : Cell.By(ApiServer.Viewer, 403, "role_missing")); init; }

    public Cell TooLarge { get => field ?? (Reads ? Cell.None("without a body") : new Cell(TooLargeAsync)); init; }

    public Cell Twice { get => field ?? (Reads ? Cell.None("reading changes nothing") : Method == "POST" ? new Cell(ReplayAsync) : new Cell(RepeatAsync)); init; }

    public Cell Success { get => field ?? new Cell(SucceedAsync); init; }

    /// <summary>Alone on a server of its own, since it changes all of it.</summary>
    public bool Alone { get; init; }

    /// <summary>Every case; the good one late, since it may change what the others need.</summary>
    public IEnumerable<(string Case, Cell Cell)> Cells =>
    [
        ("bad input", BadInput), ("unknown id", UnknownId), ("wrong state", WrongState), ("no token", NoToken), ("wrong role", WrongRole),
        ("too large", TooLarge), ("success", Success), ("twice", Twice),
    ];

    /// <summary>Fills the path's places in their order.</summary>
    public string Filled(string? id, string? other = null)
    {
        var places = new Queue<string>([id ?? Guid.NewGuid().ToString(), other ?? Guid.NewGuid().ToString()]);
        return string.Join('/', Path[1..].Split('/').Select(part => part.StartsWith('{') ? Uri.EscapeDataString(places.Dequeue()) : part));
    }

    private static Cell Malformed => Cell.Refused(400, "id_invalid", _ => new("no-uuid"));

    private async Task SucceedAsync(RouteWorld world, RouteRow row)
    {
        var answer = (await world.SendAsync(this, Call(world))).Did(Status);
        if (Members.Length > 0)
        {
            var members = answer.Json.AsObject().Select(member => member.Key).ToHashSet();
            Assert.True(members.IsSupersetOf(Members), $"Without {string.Join(", ", Members.Except(members))}: {answer.Text}");
        }
    }

    private async Task TooLargeAsync(RouteWorld world, RouteRow row)
    {
        var answer = await RawHttp.SendAsync(world.Server.Address,
            $"{Method} /api/v1/{Filled(null)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {world.Server.Token}\r\nContent-Type: application/json\r\nContent-Length: {TooMuch}\r\nConnection: close\r\n\r\n");
        Assert.True(answer is { Status: 413 } && answer.Has("body_too_large"), answer.Text);
    }

    // The key and body again give the answer again; the key with another body gives none.
    private async Task ReplayAsync(RouteWorld world, RouteRow row)
    {
        var key = Guid.NewGuid().ToString();
        var call = await Call(world).MadeAsync();
        var first = (await world.SendAsync(this, call, key: key)).Did(Status);
        var second = (await world.SendAsync(this, call, key: key)).Did(Status);

        Assert.Equal("true", second.Headers.GetValueOrDefault("Idempotency-Replayed"));
        Assert.True(JsonNode.DeepEquals(Lasting(first.Json), Lasting(second.Json)), $"{first.Text}\n{second.Text}");
        (await world.SendAsync(this, call with { Body = (call.Body is { } body ? await body.Text : "{}") + " " }, key: key)).Refused(409, "idempotency_key_reused");
    }

    private async Task RepeatAsync(RouteWorld world, RouteRow row)
    {
        var call = await Call(world).MadeAsync();
        var first = (await world.SendAsync(this, call)).Did(Status);
        var second = (await world.SendAsync(this, call)).Did(Status);
        Assert.True(JsonNode.DeepEquals(Lasting(first.Json), Lasting(second.Json)), $"{first.Text}\n{second.Text}");
    }

    // What is told again is told as it is now.
    private static JsonNode Lasting(JsonNode answer)
    {
        foreach (var thing in new[] { answer, answer["job"] }.OfType<JsonObject>())
        {
            foreach (var changing in new[] { "updated_at", "edited_at", "status", "queued_reason", "queued_detail", "position", "message" })
            {
                thing.Remove(changing);
            }
        }

        return answer;
    }
}
