using System.Net;

namespace AutoBuild.Client;

/// <summary>Is an answer that says no, or the lack of one.</summary>
/// <param name="status">Null where no answer came.</param>
/// <param name="code">The machine word of the answer.</param>
/// <param name="sentence">What was expected and what to do.</param>
internal sealed class ApiFault(HttpStatusCode? status, string code, string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    public string Code { get; } = code;

    public HttpStatusCode? Status { get; } = status;

    /// <summary>2 where the request was wrong, 1 where the state forbids it, 3 where the server is the trouble.</summary>
    public int ExitCode => Status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => Commands.ExitCode.WrongUse,
        HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests => Commands.ExitCode.Failed,
        _ => Commands.ExitCode.Broken,
    };
}
