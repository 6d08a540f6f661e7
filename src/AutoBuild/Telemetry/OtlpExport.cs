using System.Reflection;
using AutoBuild.Configuration;
using AutoBuild.Core.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AutoBuild.Telemetry;

/// <summary>Sends metrics and traces to a collector, in the background; one that is away is not waited for.</summary>
/// <remarks>This class alone knows the package, so that it is loaded only where a collector is configured.</remarks>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>What the last figures and spans may take at a stop.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private OtlpExport(TelemetrySettings settings)
    {
        var resource = ResourceBuilder.CreateEmpty()
            .AddService(settings.ServiceName, serviceVersion: Assembly.GetExecutingAssembly().GetName().Version?.ToString(3))
            .AddTelemetrySdk()
            .AddAttributes(settings.Attributes.Select(pair => new KeyValuePair<string, object>(pair.Key, pair.Value)));
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource(Traces.SourceName, "Microsoft.AspNetCore")
            .AddOtlpExporter(options => Point(options, settings, "traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(Instruments.MeterName, "System.Runtime")
            .AddOtlpExporter(options => Point(options, settings, "metrics"))
            .Build();
    }

    public static void Add(IServiceCollection services, TelemetrySettings settings) => services.AddSingleton(_ => new OtlpExport(settings));

    public static void Start(IServiceProvider services) => services.GetRequiredService<OtlpExport>();

    public void Dispose()
    {
        var most = (int)LastWord.TotalMilliseconds;
        Parallel.Invoke(() => _traces.Shutdown(most), () => _metrics.Shutdown(most));
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static void Point(OtlpExporterOptions options, TelemetrySettings settings, string signal)
    {
        var http = settings.OtlpProtocol == TelemetrySettings.Http;
        options.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = new Uri(http ? $"{settings.OtlpEndpoint!.TrimEnd('/')}/v1/{signal}" : settings.OtlpEndpoint!);
        options.Headers = settings.OtlpHeaders;
    }
}
