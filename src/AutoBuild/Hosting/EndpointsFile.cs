using System.Text.Json;
using System.Text.Json.Serialization;
using AutoBuild.Workspaces;

namespace AutoBuild.Hosting;

/// <summary>Tells other commands where the server of a data directory answers (<c>endpoints.json</c>).</summary>
/// <param name="Orchestrator">Null where that module does not run.</param>
/// <param name="Memory">Null where that module does not run.</param>
/// <param name="Temporary">Whether it ends by itself, and makes way for <c>up</c>.</param>
/// <param name="Process">Which process of that number wrote it; null where an older version did.</param>
public sealed record EndpointsFile(string? Orchestrator, string? Memory, string? Web, string TokenFile, int Pid, bool Temporary, ProcessIdentity? Process = null)
{
    /// <summary>Tells whether the server that wrote this lives; the token must be shown to nobody else on its port.</summary>
    internal bool IsAlive() => Process is { } writer ? writer.Pid == Pid && writer.IsAlive() : ProcessIdentity.Of(Pid) is not null;

    /// <summary>Where commands reach the server.</summary>
    [JsonIgnore]
    internal Uri Address => new(Main!);

    [JsonIgnore]
    private string? Main => Orchestrator ?? Memory;

    internal static EndpointsFile OfThisProcess(Doors doors, string tokenFile, bool temporary) =>
        new(Text(doors.Orchestrator), Text(doors.Memory), null, tokenFile, Environment.ProcessId, temporary, ProcessIdentity.Current());

    internal static EndpointsFile? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), HostingJson.Default.EndpointsFile) is { TokenFile: not null } read
                && Uri.TryCreate(read.Main, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp ? read : null;
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            // Not there, or left half by another program: as good as none.
            return null;
        }
    }

    private static string? Text(Uri? address) => address?.ToString().TrimEnd('/');

    internal void Write(string path) => WriteFile.ByRename(path, JsonSerializer.Serialize(this, HostingJson.Default.EndpointsFile) + "\n");

    /// <summary>Removes the file, unless another server has written its own meanwhile.</summary>
    internal void Remove(string path)
    {
        if (Read(path) == this)
        {
            File.Delete(path);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EndpointsFile))]
internal sealed partial class HostingJson : JsonSerializerContext;
