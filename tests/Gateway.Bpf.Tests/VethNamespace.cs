using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Bpf.Tests;

/// <summary>A network namespace with a veth pair: what <see cref="SendFrame"/> sends by "far" comes in at "near".</summary>
internal sealed class VethNamespace : IDisposable
{
    internal VethNamespace()
    {
        Name = $"gwbpf-{Guid.NewGuid().ToString("N")[..8]}";
        Ip("netns", "add", Name);
        try
        {
            Ip("-n", Name, "link", "set", "lo", "up");
            Ip("-n", Name, "link", "add", "near", "type", "veth", "peer", "name", "far");
            Ip("-n", Name, "address", "add", "192.0.2.1/24", "dev", "far");
            Ip("-n", Name, "link", "set", "near", "up");
            Ip("-n", Name, "link", "set", "far", "up");
            Near = Run(() => NetDevice.IndexOf("near"));
            Far = Run(() => NetDevice.IndexOf("far"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal string Name { get; }

    internal int Near { get; }

    internal int Far { get; }

    internal T Run<T>(Func<T> function) => NetNamespace.Run(Name, function);

    internal void Run(Action action) => NetNamespace.Run(Name, action);

    /// <summary>Sends a broadcast out of "far".</summary>
    internal void SendFrame() => Run(() =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        socket.SendTo([1, 2, 3], new IPEndPoint(IPAddress.Parse("192.0.2.255"), 9));
    });

    public void Dispose() => Ip("netns", "delete", Name);

    internal static void Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {errors}");
        }
    }
}
