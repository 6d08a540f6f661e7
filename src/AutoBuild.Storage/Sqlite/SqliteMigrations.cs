using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AutoBuild.Core;
using AutoBuild.Storage.Sql;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Brings the schema up to date, in one transaction, after a snapshot of what was there.</summary>
internal sealed class SqliteMigrations(Session session, string path, TimeProvider time)
{
    private readonly IReadOnlyList<(string Name, string Text)> _known = Statements.Migrations("Sqlite");
    private readonly HashSet<string> _tables = [.. session.Many("schema_tables", row => row.Text("name"))];

    /// <summary>Refuses a database that is another program's or a newer version's; only reads.</summary>
    public void Check()
    {
        var applied = Applied();
        if (applied.Count == 0 && _tables.Count > 0 && !SqliteAdoption.Recognises(_tables))
        {
            throw new AutoBuildException("store_foreign", $"{path} is a database of another program. Choose another --data directory; this file was not touched.");
        }

        if (applied.Count > _known.Count)
        {
            throw new AutoBuildException("store_newer", $"{path} was written by a newer AutoBuild (schema {applied.Count}, this one knows {_known.Count}). Start that version; nothing was changed.");
        }

        for (var index = 0; index < applied.Count; index++)
        {
            if (applied[index].Checksum != Checksum(_known[index].Text))
            {
                throw new AutoBuildException("store_newer", $"{path} has another {applied[index].Name} than this AutoBuild. Start the version that wrote it; nothing was changed.");
            }
        }
    }

    /// <summary>Makes a new database, adopts one of the original plan, or applies what is missing.</summary>
    public void Run()
    {
        var applied = Applied().Count;
        if (applied == _known.Count)
        {
            return;
        }

        if (_tables.Count > 0)
        {
            Snapshot(applied);
        }

        Apply(applied, applied == 0 && _tables.Count > 0 ? new SqliteAdoption(session, _tables) : null);
    }

    private List<(string Name, string Checksum)> Applied() => _tables.Contains("schema_version")
        ? session.Many("schema_applied", row => (row.Text("name"), row.Text("checksum")))
        : [];

    private void Snapshot(int version)
    {
        var stamp = time.GetUtcNow().ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
        session.Run("snapshot", ("file", $"{path}.schema-{version}-{stamp}.bak"));
    }

    private void Apply(int from, SqliteAdoption? adoption)
    {
        session.Run("foreign_keys_off");
        session.Run("legacy_alter_on");
        session.Run("begin");
        try
        {
            adoption?.MoveAside();
            session.Run("schema_version_make");
            for (var index = from; index < _known.Count; index++)
            {
                session.Script(_known[index].Text);
                session.Run("schema_version_add", ("version", index + 1), ("name", _known[index].Name), ("checksum", Checksum(_known[index].Text)), ("at", time.GetUtcNow()));
            }

            adoption?.Copy(time.GetUtcNow());
            session.Run("commit");
        }
        catch
        {
            session.Run("rollback");
            throw;
        }

        session.Run("legacy_alter_off");
    }

    private static string Checksum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
