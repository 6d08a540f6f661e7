using AutoBuild.Core;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;

namespace AutoBuild.Storage.Projects;

/// <summary>Reads and writes projects within one transaction.</summary>
internal sealed class ProjectWork(UnitOfWork work)
{
    private const int LargestCap = 64;

    public Project? Find(Guid id) => work.Session.One("project", ProjectRow.Read, ("id", id));

    public Page<Project> List(ProjectFilter filter, PageRequest page)
    {
        var before = Cursor.Of("projects", page);
        var rows = work.Session.Many("projects_page", ProjectRow.Read,
            ("deleted", filter.Deleted), ("source", filter.Source), ("before_at", before?.At), ("before_id", before?.Id), ("limit", Cursor.Limit(page) + 1));
        return Cursor.Page(rows, page, project => new Cursor("projects", project.CreatedAt.ToUnixTimeMilliseconds(), project.Id.ToString()));
    }

    public Result<Created<Project>> Create(NewProject wanted, IdempotencyKey? key) =>
        work.Idempotency.Once(key, id => Find(id), () => Insert(wanted), project => project.Id);

    public Result<Created<Project>>? FindMade(IdempotencyKey key) => work.Idempotency.Find(key, Find);

    public Result<Project> Update(Guid id, ProjectPatch patch)
    {
        var found = Living(id);
        if (!found.Done)
        {
            return found;
        }

        var valid = Valid(Patched(found.Value, patch));
        return valid.Done ? Save(valid.Value) : valid;
    }

    /// <summary>Cancels what waits, takes its landings off the train and marks the project deleted.</summary>
    public Result<Project> Delete(Guid id, TimeSpan keep)
    {
        if (Find(id) is not { } project)
        {
            return Missing(id);
        }

        if (project.DeletedAt is not null)
        {
            // Deleting it again must not put off its end.
            return project;
        }

        if (work.Session.Number("project_slots_held", ("id", id)) > 0)
        {
            return new Refusal(RefusalKind.Conflict, "project_busy", "A job or a landing of the project is at work; cancel it or wait, then delete.");
        }

        foreach (var job in work.Session.Many("project_unfinished_jobs", row => row.Id("id"), ("id", id)))
        {
            work.JobMoves.Apply(job, null, new JobInput.CancelAsked("the project was deleted"));
        }

        foreach (var landing in work.Session.Many("project_queued_landings", Landings.LandingRow.Read, ("id", id)))
        {
            work.Landings.Apply(landing, new LandingInput.Cancelled("the project was deleted"));
        }

        return Save(project with { DeletedAt = work.Now, ScheduledDeletionAt = work.Now + keep });
    }

    public Result<Project> Restore(Guid id) => Find(id) is not { } project ? Missing(id)
        : project.DeletedAt is null ? project
        : Save(project with { DeletedAt = null, ScheduledDeletionAt = null });

    /// <summary>Returns the project, unless it is unknown or deleted.</summary>
    public Result<Project> Living(Guid id) => Find(id) is { DeletedAt: null } project ? project : Missing(id);

    private static Refusal Missing(Guid id) =>
        new(RefusalKind.NotFound, "project_not_found", $"There is no project {id}; list the projects, or restore it if it was deleted.");

    private Result<Project> Insert(NewProject wanted)
    {
        var project = new Project
        {
            Id = wanted.Id ?? Guid.CreateVersion7(work.Now),
            Name = wanted.Name,
            Description = wanted.Description,
            RepoPath = wanted.RepoPath,
            RepoUrl = wanted.RepoUrl,
            GithubRepoFullName = wanted.GithubRepoFullName,
            DefaultBranch = wanted.DefaultBranch,
            MaxParallelAgents = wanted.MaxParallelAgents,
            MaxCostUsdPerDay = Bound(wanted.MaxCostUsdPerDay),
            WorktreeEnabled = wanted.WorktreeEnabled,
            QaEnabled = wanted.QaEnabled,
            MemoryEnabled = wanted.MemoryEnabled,
            Landing = wanted.Landing,
            Agent = wanted.Agent,
            Executor = wanted.Executor,
            CreatedAt = work.Now,
            UpdatedAt = work.Now,
        };
        if (Valid(project) is { Done: false } invalid)
        {
            return invalid;
        }

        if (Find(project.Id) is not null)
        {
            return new Refusal(RefusalKind.Conflict, "project_exists", $"A project {project.Id} exists already; leave the id out to get a new one.");
        }

        work.Session.Run("project_insert", ProjectRow.Write(project));
        work.Events.Project(project);
        return project;
    }

    private static Project Patched(Project project, ProjectPatch patch) => project with
    {
        Name = patch.Name ?? project.Name,
        Description = patch.Description ?? project.Description,
        DefaultBranch = patch.DefaultBranch ?? project.DefaultBranch,
        MaxParallelAgents = patch.MaxParallelAgents ?? project.MaxParallelAgents,
        MaxCostUsdPerDay = patch.MaxCostUsdPerDay is { } most ? Bound(most) : project.MaxCostUsdPerDay,
        WorktreeEnabled = patch.WorktreeEnabled ?? project.WorktreeEnabled,
        QaEnabled = patch.QaEnabled ?? project.QaEnabled,
        MemoryEnabled = patch.MemoryEnabled ?? project.MemoryEnabled,
        Landing = patch.Landing ?? project.Landing,
        Agent = patch.Agent ?? project.Agent,
        Executor = patch.Executor ?? project.Executor,
    };

    private static decimal? Bound(decimal? most) => most is 0 ? null : most;

    private static Result<Project> Valid(Project project) => project switch
    {
        { Name: var name } when string.IsNullOrWhiteSpace(name) => new Refusal(RefusalKind.Invalid, "name_missing", "A project needs a name."),
        { MaxParallelAgents: < 1 or > LargestCap } => new Refusal(RefusalKind.Invalid, "max_parallel_agents_invalid", $"max_parallel_agents must be 1 to {LargestCap}, not {project.MaxParallelAgents}."),
        _ => project,
    };

    private Project Save(Project project)
    {
        var saved = project with { UpdatedAt = work.Now };
        work.Session.Run("project_update", ProjectRow.Write(saved));
        work.Events.Project(saved);
        return saved;
    }
}
