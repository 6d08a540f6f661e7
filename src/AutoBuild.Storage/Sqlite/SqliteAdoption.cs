using System.Globalization;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Sqlite;

/// <summary>
/// Takes over a database of the original plan, which has no version table. Its tables are kept under <c>legacy_</c> names and their
/// rows copied; nothing is dropped.
/// </summary>
internal sealed class SqliteAdoption(Session session, IReadOnlySet<string> tables)
{
    // What the copying statements read; a column that an old table lacks is added to it, empty.
    private static readonly (string Table, string[] Columns)[] Known =
    [
        ("projects", ["id", "name", "description", "repo_path", "repo_url", "github_repo_full_name", "default_branch", "max_parallel_agents", "worktree_enabled",
            "qa_enabled", "memory_enabled", "indexed_at", "index_status", "created_at", "updated_at", "deleted_at", "scheduled_deletion_at"]),
        ("tickets", ["id", "project_id", "title", "description", "status", "priority", "position", "branch_name", "pr_url", "pr_number", "error_message", "created_at", "updated_at"]),
        ("ticket_dependencies", ["ticket_id", "depends_on_id", "depends_on_ticket_id", "depends_on", "created_at"]),
        ("agent_queue", ["id", "ticket_id", "project_id", "priority", "status", "worktree_id", "worker_id", "dispatched_at", "started_at", "completed_at",
            "retry_count", "error_message", "created_at", "updated_at"]),
        ("worktrees", ["id", "project_id", "ticket_id", "path", "branch_name", "status", "created_at", "last_used_at", "cleanup_at"]),
        ("agent_executions", []),
    ];

    /// <summary>Tells whether the tables are those of the original plan.</summary>
    public static bool Recognises(IReadOnlySet<string> tables) => tables.Contains("projects") && tables.Contains("tickets");

    /// <summary>Frees the names for the new tables.</summary>
    public void MoveAside()
    {
        foreach (var (table, _) in Known.Where(known => tables.Contains(known.Table)))
        {
            session.Script(Template("adopt_rename", table));
        }
    }

    /// <summary>Copies the rows of the old tables into the new ones.</summary>
    public void Copy(DateTimeOffset now)
    {
        foreach (var (table, columns) in Known.Where(known => known.Columns.Length > 0 && tables.Contains(known.Table)))
        {
            var present = session.Many("table_columns", row => row.Text("name"), ("table_name", "legacy_" + table)).ToHashSet();
            foreach (var missing in columns.Where(column => !present.Contains(column)))
            {
                session.Script(Template("adopt_add_column", table, missing));
            }

            session.Run("adopt_" + table, ("now", now));
        }

        session.Run("adopt_ticket_jobs");
        session.Run("adopt_history");
        session.Run("adopt_counters");
    }

    private string Template(string name, params object[] names) => string.Format(CultureInfo.InvariantCulture, session.TextOf(name), names);
}
