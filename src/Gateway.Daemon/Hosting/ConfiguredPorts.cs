using Gateway.Bpf;
using Gateway.Daemon.Policies;
using Gateway.Daemon.Telemetry;
using Gateway.DataPlane;
using Gateway.Rpc;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>
/// Attaches what the configuration names: at start, when a NIC appears later, and when it comes back as another one. A port
/// that cannot be attached keeps none of the others from it. What an operator detaches stays detached until the next start.
/// </summary>
internal sealed partial class ConfiguredPorts(
    DaemonOptions options, KernelDataPlane dataPlane, PolicyControl control, EventFeed feed, ILogger<ConfiguredPorts> logger) : BackgroundService
{
    /// <summary>How long a change can stay unseen when its notification was lost, and how long stopping may take.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    /// <summary>By NIC: why it is not attached yet.</summary>
    private readonly Dictionary<string, string> _waiting = new(StringComparer.Ordinal);

    private IReadOnlyList<string> _missing = [];

    /// <summary>The configured NICs that are not attached.</summary>
    public IReadOnlyList<string> Missing => Volatile.Read(ref _missing);

    /// <summary>Attaches what can be attached now; ports that were taken over and are configured otherwise are attached anew.</summary>
    public void AttachAll()
    {
        foreach (PortRequest request in options.Ports)
        {
            _waiting[request.Nic] = "";
        }

        Reconcile();
    }

    /// <summary>Attaches the ports of a data path that is being replaced, those that are configured otherwise excepted, and ends the replacement.</summary>
    public void TakeOverFormer()
    {
        foreach (PortRequest request in dataPlane.FormerPorts)
        {
            try
            {
                control.Attach(request);
            }
            catch (RpcException refusal)
            {
                LogLost(logger, request.Nic, refusal.Status.Detail);
            }
        }

        try
        {
            dataPlane.RemoveFormer();
        }
        catch (DataPlaneException failure)
        {
            LogLeft(logger, failure.Message);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Ports.Count == 0
        ? Task.CompletedTask
        : Task.Factory.StartNew(() => Watch(stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static bool Exists(PortRequest request) =>
        new[] { request.Nic, request.Peer }.OfType<string>().All(nic =>
        {
            try
            {
                return NetDevice.IndexOf(nic) > 0;
            }
            catch (BpfException)
            {
                return false;
            }
        });

    private static bool Fits(PortInfo port, PortRequest request) =>
        port.Mode == request.Mode && port.Peer == request.Peer && port.Xdp == request.Xdp
        && (request.Checksum == ChecksumMode.Auto || request.Checksum == port.Checksum);

    private void Watch(CancellationToken stopping)
    {
        try
        {
            using var notifications = LinkNotifications.Open();
            while (!stopping.IsCancellationRequested)
            {
                notifications.Wait(s_patience);
                Reconcile();
            }
        }
        catch (Exception failure) when (failure is DataPlaneException or ObjectDisposedException)
        {
            LogEnd(logger, failure.Message);
        }
    }

    private void Reconcile()
    {
        Dictionary<string, PortInfo> ports = dataPlane.Ports.ToDictionary(p => p.Nic, StringComparer.Ordinal);
        foreach (PortRequest request in options.Ports)
        {
            PortInfo? port = ports.GetValueOrDefault(request.Nic);
            bool gone = port is { Gone: true } || (port?.Peer is { } peer && ports.GetValueOrDefault(peer) is { Gone: true });
            if ((gone || _waiting.ContainsKey(request.Nic)) && TryAttach(request, port, gone) is string why)
            {
                if (_waiting.GetValueOrDefault(request.Nic) != why)
                {
                    _waiting[request.Nic] = why;
                    LogWaiting(logger, request.Nic, why);
                }
            }
            else
            {
                _waiting.Remove(request.Nic);
            }
        }

        Volatile.Write(ref _missing, [.. _waiting.Keys]);
    }

    /// <returns>Why it is not attached; null when it is.</returns>
    private string? TryAttach(PortRequest request, PortInfo? port, bool gone)
    {
        if (port is not null && !gone && Fits(port, request))
        {
            return null;
        }

        if (!Exists(request))
        {
            return request.Peer is null ? "there is no such NIC yet" : $"it or its peer {request.Peer} is not there yet";
        }

        try
        {
            DetachRenamed(request);
            _ = port is null ? control.Attach(request) : control.Reattach(request);
            feed.PortsChanged();
            return null;
        }
        catch (RpcException refusal)
        {
            return refusal.Status.Detail;
        }
    }

    /// <summary>The configuration goes by names: a NIC that got a configured one is no longer the port it was before.</summary>
    private void DetachRenamed(PortRequest request)
    {
        foreach (PortInfo former in dataPlane.Ports.Where(p => p.RenamedTo is { } name && (name == request.Nic || name == request.Peer)))
        {
            LogRenamed(logger, former.Nic, former.RenamedTo!);
            control.Detach(former.Nic);
            if (options.Ports.FirstOrDefault(p => p.Nic == former.Nic || p.Peer == former.Nic) is { } waits)
            {
                _waiting.TryAdd(waits.Nic, "");
            }
        }
    }

    [LoggerMessage(1401, LogLevel.Warning, "The configured port {Nic} is not attached: {Why}")]
    private static partial void LogWaiting(ILogger logger, string nic, string why);

    [LoggerMessage(1403, LogLevel.Warning, "The NIC of port {Nic} is called {NameNow} now, which is configured: the port is detached and {NameNow} attached.")]
    private static partial void LogRenamed(ILogger logger, string nic, string nameNow);

    [LoggerMessage(1404, LogLevel.Error, "The port {Nic} of the data path that is replaced is not attached again: {Why}")]
    private static partial void LogLost(ILogger logger, string nic, string why);

    [LoggerMessage(1405, LogLevel.Error, "Something of the data path that was replaced is left in the kernel, the next start tries again: {Failure}")]
    private static partial void LogLeft(ILogger logger, string failure);

    [LoggerMessage(1402, LogLevel.Warning, "NICs that appear later will not be attached: {Failure}")]
    private static partial void LogEnd(ILogger logger, string failure);
}
