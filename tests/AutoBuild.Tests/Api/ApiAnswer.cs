using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Api;

/// <summary>Is what a call answered.</summary>
public sealed record ApiAnswer(int Status, string Text, string? Type, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public Guid Id => Json["id"] is { } id ? id.GetValue<Guid>() : throw new InvalidOperationException($"{Status}: {Text}");

    public string? Word(string name) => Json[name]?.GetValue<string>();

    /// <summary>Holds that the answer is a problem of this status and code, in the shape that all problems have.</summary>
    public ApiAnswer Refused(int status, string code)
    {
        Assert.True(Status == status, $"Expected {status} {code}, got {Status}: {Text}");
        Assert.Equal("application/problem+json", Type);
        Assert.Equal(code, Word("code"));
        Assert.Equal(status, Json["status"]!.GetValue<int>());
        Assert.Equal(Word("detail"), Word("error"));
        Assert.NotEmpty(Word("detail")!);
        Assert.NotEmpty(Word("title")!);
        Assert.NotEmpty(Word("instance")!);
        Assert.NotEmpty(Word("trace_id")!);
        Assert.True(status != 429 || Headers.ContainsKey("Retry-After"), "Nobody says when to come back.");
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        return this;
    }

    /// <summary>Holds that the answer has this status.</summary>
    public ApiAnswer Did(int status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Text}");
        return this;
    }
}
