using System.IO.Pipes;

namespace AutoBuild.Workspaces;

/// <summary>Is a pipe that nobody writes to and that only our death closes: who reads it learns of it, however we die.</summary>
internal static class Lifeline
{
    private static readonly Lazy<AnonymousPipeServerStream> Pipe = new(() => new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None));

    /// <summary>Starts what follows with the pipe as file 9. The path is that of another process's file, which a new /proc would not show.</summary>
    public static string[] Holder => ["/bin/sh", "-c", "exec 9<\"$0\" && exec \"$@\"", $"/proc/{Environment.ProcessId}/fd/{Pipe.Value.ClientSafePipeHandle.DangerousGetHandle()}"];
}
