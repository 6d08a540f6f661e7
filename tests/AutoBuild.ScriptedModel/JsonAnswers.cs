using System.Text.Json;

namespace AutoBuild.ScriptedModel;

internal static class JsonAnswers
{
    /// <summary>Answers with JSON of a known length.</summary>
    public static async Task JsonAsync(this HttpContext http, int status, object body, JsonSerializerOptions? options = null)
    {
        var raw = JsonSerializer.SerializeToUtf8Bytes(body, options ?? Protocol.Json);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = raw.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(raw, http.RequestAborted);
        }
    }
}
