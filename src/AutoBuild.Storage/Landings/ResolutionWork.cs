using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Store;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Landings;

/// <summary>Keeps what was decided for chunks, within one transaction.</summary>
internal sealed class ResolutionWork(UnitOfWork work)
{
    // Of one project; beyond it what was made or used longest ago is forgotten.
    private const int Most = 5000;
    private const string Name = "resolutions";

    public IReadOnlyList<PastResolution> Find(Guid projectId, IReadOnlyCollection<string> keys) =>
        [.. keys.Distinct().Select(key => work.Session.One("resolution_by_key", Read, ("project_id", projectId), ("key", key))).OfType<PastResolution>()];

    public Page<PastResolution> List(Guid projectId, PageRequest page)
    {
        var before = Cursor.Of(Name, page);
        var rows = work.Session.Many("resolutions_page", Read, ("project_id", projectId), ("before_at", before?.At), ("before_id", before?.Id), ("limit", Cursor.Limit(page) + 1));
        return Cursor.Page(rows, page, one => new Cursor(Name, one.CreatedAt.ToUnixTimeMilliseconds(), one.Id.ToString()));
    }

    public Result<PastResolution> Forget(Guid projectId, Guid id)
    {
        if (work.Session.One("resolution", Read, ("id", id), ("project_id", projectId)) is not { } found)
        {
            return new Refusal(RefusalKind.NotFound, "resolution_not_found", $"The project has no past resolution {id}.");
        }

        work.Session.Run("resolution_forget", ("id", id));
        return found;
    }

    /// <summary>Takes in what a landing teaches that has just landed, and counts what it used.</summary>
    public void Learn(Landing landing)
    {
        var made = PastResolution.Of(landing, work.Now);
        foreach (var one in made)
        {
            work.Session.Run("resolution_keep",
                ("id", one.Id), ("project_id", one.ProjectId), ("key", one.Key), ("path", one.Path), ("base_text", one.Base), ("target_text", one.Target), ("branch_text", one.Branch),
                ("answer", one.Answer), ("decided_by", Words<ChunkStage>.Of(one.By)), ("who", one.Who), ("landing_id", one.LandingId), ("created_at", one.CreatedAt));
        }

        foreach (var key in PastResolution.UsedBy(landing))
        {
            work.Session.Run("resolution_used", ("project_id", landing.ProjectId), ("key", key), ("now", work.Now));
        }

        if (made.Count > 0)
        {
            work.Session.Run("resolutions_prune", ("project_id", landing.ProjectId), ("most", Most));
        }
    }

    private static PastResolution Read(Row row) => new()
    {
        Id = row.Id("id"),
        ProjectId = row.Id("project_id"),
        Key = row.Text("key"),
        Path = row.Text("path"),
        Base = row.Text("base_text"),
        Target = row.Text("target_text"),
        Branch = row.Text("branch_text"),
        Answer = row.Text("answer"),
        By = row.Word<ChunkStage>("decided_by"),
        Who = row.TextOrNull("who"),
        LandingId = row.Id("landing_id"),
        CreatedAt = row.Time("created_at"),
        Uses = row.Int("uses"),
        UsedAt = row.TimeOrNull("used_at"),
    };
}
