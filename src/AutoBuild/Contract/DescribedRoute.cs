using AutoBuild.Api;
using AutoBuild.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace AutoBuild.Contract;

/// <summary>Is a route as the document's makers look at it.</summary>
internal sealed class DescribedRoute(ApiDescription description)
{
    private readonly IList<object> _metadata = description.ActionDescriptor.EndpointMetadata;

    public string Method { get; } = description.HttpMethod!;

    public string Path { get; } = "/" + description.RelativePath;

    public bool IsOpen => Find<Open>() is not null;

    /// <summary>The least role that may call it.</summary>
    public Role Role => Find<Needs>()?.Role ?? (HttpMethods.IsGet(Method) ? Role.Viewer : Role.Member);

    /// <summary>Whether a key makes it do its work once.</summary>
    public bool TakesKey => HttpMethods.IsPost(Method) && !IsOpen && !HasOwnBearer && Find<Asking>() is null;

    public bool KeepsKey => Find<KeyKept>() is not null;

    public bool TakesIds => description.ParameterDescriptions.Any(parameter => parameter.Source.Id == "Path" && parameter.Name is "id" or "other" or "delivery");

    public bool HasQuery => description.ParameterDescriptions.Any(parameter => parameter.Source.Id == "Query");

    public bool IsList => description.ParameterDescriptions.Any(parameter => parameter.Name == "cursor");

    /// <summary>What it reads; null where it takes no body.</summary>
    public Type? Body => Find<IAcceptsMetadata>()?.RequestType ?? OwnBody;

    /// <summary>What it reads by itself, whatever its type is called; null where the framework reads it.</summary>
    public Type? OwnBody => Find<TakesBody>()?.Type;

    public bool HasOwnBearer => Find<OwnBearer>() is not null;

    /// <summary>What it answers when it did what was asked.</summary>
    public IEnumerable<(int Status, Type? Type)> Answers => All<IProducesResponseTypeMetadata>().Select(answer => (answer.StatusCode, answer.Type));

    public bool Streams => Find<EventKindsSent>() is not null;

    public T? Find<T>()
        where T : class => _metadata.OfType<T>().LastOrDefault();

    public IEnumerable<T> All<T>() => _metadata.OfType<T>();
}
