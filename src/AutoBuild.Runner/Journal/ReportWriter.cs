using System.Text.Json;
using AutoBuild.Core.Json;
using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Writes <c>report.json</c> and its evidence by hand, for the reason given at <see cref="SpecReader"/>: every run ends with it.</summary>
internal static class ReportWriter
{
    public static byte[] Write(RunReport report) => JsonLine.Write(json => Report(json, report));

    public static byte[] Write(QaReport report) => JsonLine.Write(json => Evidence(json, report));

    private static void Report(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject();
        json.WriteString("job_id", report.JobId);
        json.WriteNumber("attempt", report.Attempt);
        json.WriteString("outcome", SnakeCase.Of(report.Outcome));
        json.WriteString("commit", report.Commit);
        json.WriteString("branch", report.Branch);
        json.WriteStartArray("changed_files");
        foreach (var file in report.ChangedFiles)
        {
            json.WriteStringValue(file);
        }
        json.WriteEndArray();
        json.WritePropertyName("qa");
        Evidence(json, report.Qa);
        json.WriteNumber("qa_rounds", report.QaRounds);
        JsonLine.Usage(json, report.Usage);
        json.WriteString("session_id", report.SessionId);
        json.WriteString("session", report.Session is { } session ? SnakeCase.Of(session) : null);
        json.WriteString("question", report.Question);
        Error(json, report.Error);
        JsonLine.Time(json, "reset_at", report.ResetAt);
        json.WriteString("summary", report.Summary);
        json.WriteString("started_at", report.StartedAt);
        json.WriteString("finished_at", report.FinishedAt);
        json.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter json, RunError? error)
    {
        if (error is null)
        {
            json.WriteNull("error");
            return;
        }
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteBoolean("retry", error.Retry);
        json.WriteBoolean("in_session", error.InSession);
        json.WriteEndObject();
    }

    private static void Evidence(Utf8JsonWriter json, QaReport? report)
    {
        if (report is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteString("verdict", SnakeCase.Of(report.Verdict));
        json.WriteString("commit", report.Commit);
        json.WriteString("tree", report.Tree);
        json.WriteStartArray("checks");
        foreach (var check in report.Checks)
        {
            Check(json, check);
        }
        json.WriteEndArray();
        json.WriteString("source", report.Source);
        json.WriteString("reason", report.Reason);
        if (report.Passed is { } passed)
        {
            json.WriteBoolean("passed", passed);
        }
        else
        {
            json.WriteNull("passed");
        }
        json.WriteEndObject();
    }

    private static void Check(Utf8JsonWriter json, QaCheckResult check)
    {
        json.WriteStartObject();
        json.WriteString("name", check.Name);
        json.WriteString("status", SnakeCase.Of(check.Status));
        json.WriteBoolean("required", check.Required);
        json.WriteBoolean("setup", check.Setup);
        json.WriteString("command", check.Command);
        JsonLine.Number(json, "exit_code", check.ExitCode);
        json.WriteNumber("seconds", check.Seconds);
        json.WriteString("log_tail", check.LogTail);
        json.WriteString("reason", check.Reason);
        json.WriteEndObject();
    }
}
