using System.CommandLine;
using System.Globalization;
using AutoBuild.Client;
using AutoBuild.Core;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild api</c>: any request, with the server found and the token shown.</summary>
internal static class ApiCommand
{
    private const string Root = "api/v1/";

    private static readonly Argument<string> Method = new("METHOD") { Description = "GET, POST, PUT, PATCH or DELETE." };
    private static readonly Argument<string> Address = new("PATH") { Description = "The route: jobs, /api/v1/jobs?limit=5 or /openapi/v1.json." };
    private static readonly Option<string?> Data = new("--body", "-d") { Description = "The JSON to send; '-' reads it from stdin, '@FILE' from a file.", HelpName = "JSON" };
    private static readonly Option<string[]> Header = new("--header", "-H") { Description = "A header, such as 'Idempotency-Key: order-7'; may be given several times.", HelpName = "HEADER" };
    private static readonly Option<bool> Include = new("--include", "-i") { Description = "Also print the status and the headers of the answer, on stderr." };

    public static Verb Create()
    {
        Method.AcceptOnlyFromAmong("GET", "POST", "PUT", "PATCH", "DELETE", "get", "post", "put", "patch", "delete");
        return new Verb("api", "Sends any request to the API with the server's address and token, and prints what it answers.",
            "autobuild api POST landings/pause --body '{\"project_id\": \"0199c0de-0000-7000-8000-00005d20c7be\"}'", RunAsync).With(Method, Address, Data, Header, Include);
    }

    private static async Task<int> RunAsync(Call call)
    {
        var method = new HttpMethod(call.Get(Method).ToUpperInvariant());
        var body = await ReadAsync(call, call.Get(Data));
        var headers = (call.Get(Header) ?? []).Select(Parse).ToList();
        using var api = await call.ConnectAsync();
        using var answer = await api.CallAsync(method, Path(call.Get(Address)), body ?? (method == HttpMethod.Post ? "{}" : null), headers, call.Cancel);
        if (call.Get(Include))
        {
            await call.Terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"HTTP/{answer.Version} {(int)answer.StatusCode} {answer.ReasonPhrase}\n{answer.Headers}{answer.Content.Headers}"));
        }

        await CopyAsync(call, answer);
        if (answer.IsSuccessStatusCode)
        {
            return ExitCode.Done;
        }

        // What it says is on stdout already; this is for the person who doesn't look there.
        await call.Terminal.Error.WriteLineAsync($"autobuild: the server answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
        return new ApiFault(answer.StatusCode, "", "").ExitCode;
    }

    /// <summary>Copies text as it comes, so that a stream is seen while it runs; ends the last line on a terminal.</summary>
    private static async Task CopyAsync(Call call, HttpResponseMessage answer)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(call.Cancel));
        var buffer = new char[16 * 1024];
        var last = '\n';
        for (int read; (read = await reader.ReadAsync(buffer, call.Cancel)) > 0;)
        {
            await call.Terminal.Out.WriteAsync(buffer.AsMemory(0, read), call.Cancel);
            await call.Terminal.Out.FlushAsync(call.Cancel);
            last = buffer[read - 1];
        }

        if (last != '\n')
        {
            await call.Terminal.Out.WriteLineAsync();
        }
    }

    private static string Path(string typed)
    {
        var path = typed.TrimStart('/');
        return path.StartsWith("api/", StringComparison.Ordinal) || path.StartsWith("openapi/", StringComparison.Ordinal) ? path
            : Uri.TryCreate(path, UriKind.Absolute, out _) ? throw new AutoBuildException("wrong_use", $"PATH expects a route such as jobs or /api/v1/jobs, got '{typed}'. Name the server with --server.")
            : Root + path;
    }

    private static (string, string) Parse(string header) => header.Split(':', 2) is [var name, var value] && name.Length > 0
        ? (name.Trim(), value.Trim())
        : throw new AutoBuildException("wrong_use", $"--header expects a name and a value, such as 'Idempotency-Key: order-7', got '{header}'.");

    private static async Task<string?> ReadAsync(Call call, string? typed) =>
        typed is not ['@', .. var file] ? await call.TextAsync(typed)
        : File.Exists(file) ? await File.ReadAllTextAsync(file, Terminal.Utf8, call.Cancel)
        : throw new AutoBuildException("wrong_use", $"--body: there is no file '{file}'.");
}
