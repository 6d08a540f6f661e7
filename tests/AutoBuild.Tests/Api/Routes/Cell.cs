namespace AutoBuild.Tests.Api.Routes;

/// <summary>Is one case of one route: a request and what has to come back, or why there is none.</summary>
internal sealed record Cell(Func<RouteWorld, RouteRow, Task>? Hold)
{
    /// <summary>Why the case does not apply.</summary>
    public string? Why { get; private init; }

    /// <summary>Nobody has said what comes back, which fails the test.</summary>
    public static Cell Missing { get; } = new((_, row) => throw new InvalidOperationException($"The table lacks this case of {row.Name}."));

    public static Cell None(string why) => new((Func<RouteWorld, RouteRow, Task>?)null) { Why = why };

    /// <summary>Is refused with a status and a code.</summary>
    public static Cell Refused(int status, string code, Func<RouteWorld, Call> call) =>
        new(async (world, row) => (await world.SendAsync(row, call(world))).Refused(status, code));

    /// <summary>Is refused where the good request names an id that nothing has.</summary>
    public static Cell Unknown(string code) => new(async (world, row) =>
        (await world.SendAsync(row, (await row.Call(world).MadeAsync()) with { Id = Guid.NewGuid() })).Refused(404, code));

    /// <summary>Is refused to a token; null shows none. The thing is not looked for, so that any id does.</summary>
    public static Cell By(string? token, int status, string code) => new(async (world, row) =>
        (await world.SendAsync(row, row.Method == "GET" ? new Call() : new Call(Body: "{}"), token: token ?? "")).Refused(status, code));

    /// <summary>The good request a second time is refused, and changes nothing.</summary>
    public static Cell Then(int status, string code) => new(async (world, row) =>
    {
        var call = await row.Call(world).MadeAsync();
        (await world.SendAsync(row, call)).Did(row.Status);
        (await world.SendAsync(row, call)).Refused(status, code);
    });

    /// <summary>Holds all of several.</summary>
    public static Cell All(params Cell[] cells) => new(async (world, row) =>
    {
        foreach (var cell in cells)
        {
            await cell.Hold!(world, row);
        }
    });
}

/// <summary>Is a request: what its path's places hold, its query and its body.</summary>
internal sealed record Call(Made? Id = null, Made? Other = null, string Query = "", Made? Body = null)
{
    /// <summary>Returns it with all made that it needs, to be sent more than once.</summary>
    public async Task<Call> MadeAsync() => new(await DoneAsync(Id), await DoneAsync(Other), Query, await DoneAsync(Body));

    private static async Task<Made?> DoneAsync(Made? made) => made is null ? null : (Made)await made.Text;
}

/// <summary>Is a text that is there, or is being made.</summary>
internal sealed record Made(Task<string> Text)
{
    public static implicit operator Made(string text) => new(Task.FromResult(text));

    public static implicit operator Made(Guid id) => id.ToString();

    public static implicit operator Made(Task<string> text) => new(text);

    public static implicit operator Made(Task<Guid> id) => new(TextAsync(id));

    private static async Task<string> TextAsync(Task<Guid> id) => (await id).ToString();
}
