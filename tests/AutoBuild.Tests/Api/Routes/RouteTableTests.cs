namespace AutoBuild.Tests.Api.Routes;

/// <summary>Holds what every route answers in the cases that every route has: bad input, an unknown id, a wrong state, no token, a wrong role, too much, all well, the same twice.</summary>
public sealed class RouteTableTests(RouteWorld world) : IClassFixture<RouteWorld>
{
    /// <summary>Every row; a new route has its own in the file of its resource.</summary>
    private static readonly RouteRow[] Table =
    [
        .. ProjectRows.All, .. TicketRows.All, .. JobRows.All, .. CallbackRows.All, .. LandingRows.All, .. WorktreeRows.All, .. ServerRows.All, .. MemoryRows.All,
    ];

    public static TheoryData<string> Names => [.. Table.Select(row => row.Name)];

    [Fact]
    public async Task Every_route_of_the_document_is_in_the_table_and_no_other()
    {
        var routes = (await ApiRoute.OfAsync(world.Calls)).Select(route => $"{route.Method} {route.Path["/api/v1".Length..]}");
        Assert.Equal(routes.Order(StringComparer.Ordinal), Table.Select(row => row.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_route_answers_in_every_case(string name)
    {
        var row = Table.Single(row => row.Name == name);
        await using var own = row.Alone ? new NewWorld() : null;
        await (own?.InitializeAsync() ?? ValueTask.CompletedTask);
        var faults = new List<string>();
        foreach (var (what, cell) in row.Cells.Where(cell => cell.Cell.Hold is not null))
        {
            try
            {
                await cell.Hold!(own ?? world, row);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                faults.Add($"{what}: {fault.Message}");
            }
        }

        Assert.True(faults.Count == 0, $"{name}\n{string.Join("\n", faults)}");
    }
}
