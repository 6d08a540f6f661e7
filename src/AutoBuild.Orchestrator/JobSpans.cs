using System.Diagnostics;
using AutoBuild.Core.Jobs;

namespace AutoBuild.Orchestrator;

internal static class JobSpans
{
    /// <summary>Says of a span which job it is about.</summary>
    public static Activity? About(this Activity? span, Job? job) => job is null ? span : span?
        .SetTag("autobuild.job_id", job.Id.ToString())
        .SetTag("autobuild.ticket_id", job.TicketId.ToString())
        .SetTag("autobuild.project_id", job.ProjectId.ToString())
        .SetTag("autobuild.agent", job.Agent)
        .SetTag("autobuild.attempt", job.Attempt);
}
