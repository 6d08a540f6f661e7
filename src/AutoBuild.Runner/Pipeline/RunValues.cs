using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Holds the values that a run was given and nobody may read in what is kept of it.</summary>
internal sealed class RunValues
{
    private readonly RunSpec _spec;
    private readonly IReadOnlyDictionary<string, string> _given;

    private RunValues(RunSpec spec, IReadOnlyDictionary<string, string> given) => (_spec, _given) = (spec, given);

    public required LoginFiles Logins { get; init; }

    public required IReadOnlyCollection<string> ToMask { get; init; }

    public IReadOnlyDictionary<string, string> ForAgent => Of(_spec.SecretNames);

    public IReadOnlyDictionary<string, string> ForChecks => Of(_spec.CheckSecretNames);

    /// <summary>Names that the configuration has and the server has no value for.</summary>
    public IEnumerable<string> Missing => _spec.SecretNames.Concat(_spec.CheckSecretNames).Distinct().Where(name => !_given.ContainsKey(name));

    /// <summary>Takes the secrets that came, and reads the user's logins.</summary>
    /// <param name="environment">Of the runner: of what agents may see of it, what has the name of a secret is masked too.</param>
    public static RunValues Read(RunSpec spec, IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string> environment)
    {
        var logins = new LoginFiles();
        foreach (var login in spec.Logins)
        {
            logins.Add(login.Home, login.Path);
        }
        var seen = spec.AllowedEnvironment.Concat(spec.AgentVariables).Where(TokenTexts.IsSecretName).Select(environment.GetValueOrDefault).OfType<string>();
        var inAddresses = environment.Values.Select(TokenTexts.PasswordIn).OfType<string>();
        return new RunValues(spec, given) { Logins = logins, ToMask = [.. given.Values, .. seen, .. inAddresses, .. logins.Tokens] };
    }

    private Dictionary<string, string> Of(IReadOnlyList<string> names) => names.Where(_given.ContainsKey).Distinct().ToDictionary(name => name, name => _given[name]);
}
