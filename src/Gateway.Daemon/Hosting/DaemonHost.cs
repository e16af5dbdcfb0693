using System.Collections.Frozen;
using Gateway.Bpf;
using Gateway.Daemon.Access;
using Gateway.Daemon.Auditing;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Idle;
using Gateway.Daemon.Metrics;
using Gateway.Daemon.Native;
using Gateway.Daemon.Operators;
using Gateway.Daemon.Policies;
using Gateway.Daemon.Services;
using Gateway.Daemon.Support;
using Gateway.Daemon.Telemetry;
using Gateway.DataPlane;
using Gateway.Rpc;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>Wires the daemon: opens the data path, serves it, and leaves it running when the daemon ends.</summary>
internal static partial class DaemonHost
{
    /// <summary>Serves until the process is told to stop.</summary>
    /// <exception cref="StartException">It could not start; nothing stays attached that was not before.</exception>
    public static async Task RunAsync(DaemonOptions options, CancellationToken cancellationToken)
    {
        CheckPrivileges();
        Prepare(options);
        using var tail = new LogTail(TimeProvider.System);
        using ILoggerFactory loggers = LoggerFactory.Create(logging =>
        {
            Configure(logging, options);
            logging.AddProvider(tail);
        });
        WebApplication? app = null;
        WebApplicationBuilder builder = CreateBuilder(options, loggers, () => app!.Services.GetRequiredService<AuditLog>());
        var notifier = new SystemdNotifier();
        var progress = new StartProgress(notifier, TimeProvider.System);
        using KernelDataPlane dataPlane = Open(options, progress, loggers.CreateLogger<KernelDataPlane>());
        progress.Advance();
        PolicyHistory history = OpenState(options, dataPlane, loggers.CreateLogger<PolicyHistory>());
        OperatorFiles operators = OpenOperators(options, dataPlane, loggers.CreateLogger<OperatorFiles>());
        builder.Services.AddSingleton(operators);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(dataPlane);
        builder.Services.AddSingleton(history);
        builder.Services.AddSingleton<PolicyFeed>();
        builder.Services.AddSingleton(new ConnectionLimits());
        builder.Services.AddSingleton<ConnectionTracker>();
        builder.Services.AddSingleton(new MptcpLedger(options.Ledger));
        builder.Services.AddSingleton<FlowReconciler>();
        builder.Services.AddSingleton<ConnectionKeys>(_ => new ConnectionKeys());
        builder.Services.AddSingleton<AddressAnnouncer>();
        builder.Services.AddSingleton<EventFeed>();
        builder.Services.AddSingleton<PolicyControl>();
        builder.Services.AddSingleton<SubflowActs>();
        builder.Services.AddSingleton<IdleUpkeep>();
        builder.Services.AddSingleton(options.Limits);
        builder.Services.AddSingleton(new Callers(options.Access, Libc.geteuid()));
        builder.Services.AddSingleton<CallerUses>();
        builder.Services.AddSingleton<RefusalCounters>();
        builder.Services.AddSingleton<AccessControl>();
        builder.Services.AddSingleton(new AuditFile(Path.Combine(options.State, "audit.jsonl")));
        builder.Services.AddSingleton<AuditLog>();
        builder.Services.AddSingleton<PolicyService>();
        builder.Services.AddSingleton<PortService>();
        builder.Services.AddSingleton<OperatorService>();
        builder.Services.AddSingleton<SubflowSetService>();
        builder.Services.AddSingleton<ConnectionService>();
        builder.Services.AddSingleton<TelemetryService>();
        builder.Services.AddSingleton<Doctor>();
        builder.Services.AddSingleton(tail);
        builder.Services.AddSingleton<SupportBundle>();
        builder.Services.AddSingleton<SystemService>();
        builder.Services.AddSingleton<HealthService>();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<ISystemdNotifier>(notifier);
        builder.Services.AddSingleton(progress);
        builder.Services.AddSingleton<ConfiguredPorts>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ConfiguredPorts>());
        builder.Services.AddHostedService<DataPathWatchdog>();
        builder.Services.AddSingleton<MetricReadings>();
        builder.Services.AddSingleton<GatewayMeter>();
        builder.Services.AddSingleton(services => new PrometheusText(services.GetRequiredService<GatewayMeter>(), DaemonVersion.Text));
        builder.Services.AddHostedService<PrometheusEndpoint>();
        builder.Services.AddHostedService<OtlpExport>();
        builder.Services.AddSingleton<LinkUpkeep>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LinkUpkeep>());
        builder.Services.AddHostedService<PathUpkeep>();
        builder.Services.AddHostedService<MemoryUpkeep>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AddressAnnouncer>());

        app = builder.Build();
        await using (app.ConfigureAwait(false))
        {
            await ServeAsync(app, options, dataPlane, loggers.CreateLogger("Gateway.Daemon"), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes everything of the gateway from the kernel.</summary>
    /// <exception cref="StartException">It could not be removed.</exception>
    public static void CleanUp(DaemonOptions options)
    {
        CheckPrivileges();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => Configure(logging, options));
        IReadOnlyList<string> removed = Guard(() => KernelDataPlane.CleanUp(options.DataPlane, loggers.CreateLogger<KernelDataPlane>()));
        foreach (string path in removed)
        {
            Console.WriteLine($"removed {path}");
        }
    }

    private static async Task ServeAsync(
        WebApplication app, DaemonOptions options, KernelDataPlane dataPlane, ILogger logger, CancellationToken cancellationToken)
    {
        HealthService health = app.Services.GetRequiredService<HealthService>();
        GrpcService[] services =
        [
            app.Services.GetRequiredService<PolicyService>(),
            app.Services.GetRequiredService<PortService>(),
            app.Services.GetRequiredService<OperatorService>(),
            app.Services.GetRequiredService<SubflowSetService>(),
            app.Services.GetRequiredService<ConnectionService>(),
            app.Services.GetRequiredService<TelemetryService>(),
            app.Services.GetRequiredService<SystemService>(),
        ];
        app.MapGrpcServices([.. services, health], ServerOptions(app.Services, options.Limits));
        ConfiguredPorts ports = app.Services.GetRequiredService<ConfiguredPorts>();
        ports.AttachAll();
        ports.TakeOverFormer();
        app.Services.GetRequiredService<FlowReconciler>().Refresh();
        using EventReader events = dataPlane.ReadEvents(app.Services.GetRequiredService<EventFeed>().Take);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            // Services that run already are told to end: to be disposed of while they run looks like a crash of theirs.
            await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
            if (!dataPlane.Readopted && !dataPlane.Replaces)
            {
                dataPlane.CleanUp();
            }

            throw new StartException(
                failure.Message.StartsWith("Another process", StringComparison.Ordinal) ? ExitCode.AlreadyRuns : ExitCode.Failure,
                $"{options.Socket}{(options.Listen is null ? "" : $" or {options.Listen.Endpoint}")} cannot be served: {failure.Message}",
                failure);
        }

        foreach (string name in services.Select(s => s.Descriptor.FullName).Append(""))
        {
            health.SetStatus(name, HealthCheckResponse.Types.ServingStatus.Serving);
        }

        LogReady(logger, options.Listen is null ? options.Socket : $"{options.Socket} and {options.Listen.Endpoint}", dataPlane.PinRoot, dataPlane.Readopted ? "readopted" : dataPlane.Replaces ? "replaced" : "new");
        ISystemdNotifier notifier = app.Services.GetRequiredService<ISystemdNotifier>();
        app.Services.GetRequiredService<StartProgress>().End();
        notifier.Notify(new ServiceState($"READY=1\nSTATUS={Describe(dataPlane, ports)}"));
        using CancellationTokenRegistration stopping = app.Lifetime.ApplicationStopping.Register(() => notifier.Notify(ServiceState.Stopping));
        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        LogStopped(logger);
    }

    private static string Describe(KernelDataPlane dataPlane, ConfiguredPorts ports) =>
        (dataPlane.Ports.Count == 0 ? "no port is attached" : $"attached: {string.Join(", ", dataPlane.Ports.Select(p => p.Nic))}")
        + (ports.Missing.Count == 0 ? "" : $"; waiting for: {string.Join(", ", ports.Missing)}");

    private static GrpcServerOptions ServerOptions(IServiceProvider services, CallLimits limits)
    {
        AuditLog audit = services.GetRequiredService<AuditLog>();
        return new GrpcServerOptions
        {
            MaxReceiveMessageSize = CallLimits.SmallRequest,
            MaxReceiveMessageSizes = MethodTable.All.Where(method => method.Value.Large).ToFrozenDictionary(method => method.Key, _ => limits.RequestBytes),
            OnRequest = audit.OnRequest,
            Interceptors = { audit.AroundAsync, services.GetRequiredService<AccessControl>().AroundAsync },
        };
    }

    private static WebApplicationBuilder CreateBuilder(DaemonOptions options, ILoggerFactory loggers, Func<AuditLog> audit)
    {
        WebApplicationBuilder builder = ServingHost.CreateBuilder();
        builder.WebHost.ListenGrpcUnixSocket(options.Socket);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = options.Limits.Connections;
            kestrel.Limits.Http2.MaxStreamsPerConnection = options.Limits.CallsPerConnection;
        });
        if (options.Listen is { } listen)
        {
            TlsFileWatch files = TcpServing.Open(listen, TimeProvider.System, loggers.CreateLogger("Gateway.Daemon"));
            builder.WebHost.ListenGrpcMutualTls(listen.Endpoint, TcpServing.Options(files, audit));
        }

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        return builder;
    }

    private static void Configure(ILoggingBuilder logging, DaemonOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (SystemdHelpers.IsSystemdService())
        {
            // The journal has the time, and takes the level from the line.
            logging.AddSystemdConsole();
            return;
        }

        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        });
    }

    private static void CheckPrivileges()
    {
        if (Privileges.Missing(File.ReadAllText("/proc/self/status")) is { Count: > 0 } missing)
        {
            throw new StartException(
                ExitCode.Privilege, $"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing: run gatewayd as root or give it these capabilities.");
        }
    }

    private static void Prepare(DaemonOptions options) => Usable(options, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(options.Socket)!);
        return Directory.CreateDirectory(options.State);
    });

    /// <summary>Opens the state once the pins are open: they are what keeps another daemon away from it.</summary>
    private static PolicyHistory OpenState(DaemonOptions options, KernelDataPlane dataPlane, ILogger<PolicyHistory> logger)
    {
        try
        {
            return Usable(options, () => new PolicyHistory(options.State, TimeProvider.System, logger));
        }
        catch (StartException) when (!dataPlane.Readopted && !dataPlane.Replaces)
        {
            dataPlane.CleanUp();
            throw;
        }
    }

    private static T Usable<T>(DaemonOptions options, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                failure is UnauthorizedAccessException ? ExitCode.Privilege : ExitCode.Failure,
                $"The directories of {options.Socket} and {options.State} cannot be used: {failure.Message}",
                failure);
        }
    }

    /// <summary>Before any policy: it may use them.</summary>
    private static OperatorFiles OpenOperators(DaemonOptions options, KernelDataPlane dataPlane, ILogger logger)
    {
        try
        {
            var files = new OperatorFiles(options.State);
            files.Reconcile(dataPlane, logger);
            return files;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                failure is UnauthorizedAccessException ? ExitCode.Privilege : ExitCode.Failure,
                $"The operators in {options.State} cannot be read or stored: {failure.Message}",
                failure);
        }
    }

    private static KernelDataPlane Open(DaemonOptions options, StartProgress progress, ILogger logger) =>
        Guard(() => KernelDataPlane.Open(options.DataPlane with { Loaded = progress.Advance }, logger, TimeProvider.System));

    private static T Guard<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (DataPlaneException failure)
        {
            int code = failure.Kind switch
            {
                DataPlaneErrorKind.PermissionDenied => ExitCode.Privilege,
                DataPlaneErrorKind.AlreadyExists => ExitCode.AlreadyRuns,
                _ => ExitCode.Failure,
            };
            throw new StartException(code, failure.Message, failure);
        }
        catch (BpfException failure)
        {
            throw new StartException(failure.Errno == Errno.EPERM ? ExitCode.Privilege : ExitCode.Failure, failure.Message, failure);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "ready: serving on {Socket}, pins in {Pins} ({Found}).")]
    private static partial void LogReady(ILogger logger, string socket, string pins, string found);

    [LoggerMessage(1002, LogLevel.Information, "Stopped serving.")]
    private static partial void LogStopped(ILogger logger);
}
