using System.Globalization;

namespace AutoBuild.Benchmarks;

/// <summary>Holds measured values and gives their quantiles.</summary>
internal sealed class Figures(IEnumerable<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    public int Count => _sorted.Length;

    public double Median => At(0.5);

    public double P99 => At(0.99);

    /// <summary>Returns the nearest-rank quantile.</summary>
    public double At(double quantile) => _sorted[Math.Clamp((int)Math.Ceiling(quantile * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    public static string Text(double value) => value.ToString(value < 0.1 ? "0.0000" : value < 10 ? "0.00" : "#,0", CultureInfo.InvariantCulture);
}
