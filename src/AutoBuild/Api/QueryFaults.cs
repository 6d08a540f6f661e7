using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AutoBuild.Api;

/// <summary>Says which parameters of a query could not be read; the framework answers such a request with a bare 400.</summary>
internal static class QueryFaults
{
    /// <summary>Returns the answer that names them; null where all can be read.</summary>
    public static Problem? Find(HttpContext http)
    {
        var fields = new Fields();
        foreach (var parameter in http.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            var value = http.Request.Query[parameter.Name].ToString();
            if (value.Length > 0 && Expected(parameter.ParameterInfo.ParameterType, value) is { } expected)
            {
                fields.Add(parameter.Name, $"expected {expected}, got '{value}'.");
            }
        }

        return fields.Problem;
    }

    private static string? Expected(Type type, string value) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var number when number == typeof(int) => int.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a whole number",
        var number when number == typeof(long) => long.TryParse(value, CultureInfo.InvariantCulture, out _) ? null : "a whole number",
        var flag when flag == typeof(bool) => bool.TryParse(value, out _) ? null : "true or false",
        _ => null,
    };
}
