using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Gateway.Rpc.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class UnixSocketTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gateway-rpc-socket-").FullName;

    private string SocketPath => Path.Combine(_directory, "rpc.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_call_carries_the_credentials_the_kernel_noted()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RpcChannel channel = RpcChannel.ForUnixSocket(server.SocketPath);
        InspectReply reply = await channel.UnaryAsync(EchoMethods.Inspect, new EchoRequest());
        Assert.True(reply.HasCredentials);
        Assert.Equal(Environment.ProcessId, reply.ProcessId);
        Assert.StartsWith($"unix:uid={reply.UserId},gid=", reply.Peer, StringComparison.Ordinal);
        Assert.EndsWith($"pid={Environment.ProcessId}", reply.Peer, StringComparison.Ordinal);

        InspectReply overTcp = await server.Channel.UnaryAsync(EchoMethods.Inspect, new EchoRequest());
        Assert.False(overTcp.HasCredentials);
        Assert.StartsWith("ipv4:127.0.0.1:", overTcp.Peer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_name_the_user_and_all_groups_of_another_process()
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(SocketPath, (UnixFileMode)0b111_111_111);
        ProcessStartInfo start = new("setpriv")
        {
            ArgumentList =
            {
                "--reuid=4711", "--regid=4712", "--groups=4713,4714", "/usr/bin/python3", "-c",
                "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.recv(1)", SocketPath,
            },
        };
        using Process process = Process.Start(start)!;
        PeerCredentials peer;
        using (Socket connection = await listener.AcceptAsync())
        {
            peer = PeerCredentials.Of(connection);
        }

        await process.WaitForExitAsync();
        Assert.Equal((4711u, 4712u, process.Id), (peer.UserId, peer.GroupId, peer.ProcessId));
        Assert.Equal([4713u, 4714u], peer.SupplementaryGroups);
        Assert.True(peer.IsInGroup(4712) && peer.IsInGroup(4714));
        Assert.False(peer.IsInGroup(0));
    }

    [Fact]
    public async Task The_socket_is_for_its_owner_and_group_only()
    {
        await using TestServer server = await TestServer.StartAsync(socketPath: SocketPath);
        Assert.Equal((UnixFileMode)0b110_110_000, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public async Task A_live_servers_socket_is_not_taken()
    {
        await using TestServer first = await TestServer.StartAsync(socketPath: SocketPath);
        IOException error = await Assert.ThrowsAnyAsync<IOException>(() => TestServer.StartAsync(socketPath: SocketPath));
        Assert.Contains("Another process listens on", error.Message, StringComparison.Ordinal);
        using RpcChannel channel = RpcChannel.ForUnixSocket(SocketPath);
        Assert.Equal("first", (await channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = "first" })).Text);
    }

    [Fact]
    public async Task A_stale_socket_is_replaced()
    {
        using (Process killed = Process.Start(new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList = { "-c", "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()", SocketPath },
        })!)
        {
            await killed.WaitForExitAsync();
        }

        Assert.True(File.Exists(SocketPath));
        await using TestServer server = await TestServer.StartAsync(socketPath: SocketPath);
        using RpcChannel channel = RpcChannel.ForUnixSocket(SocketPath);
        Assert.Equal("new", (await channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = "new" })).Text);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        await File.WriteAllTextAsync(SocketPath, "");
        await Assert.ThrowsAnyAsync<IOException>(() => TestServer.StartAsync(socketPath: SocketPath));
        Assert.True(File.Exists(SocketPath));

        string directory = Directory.CreateDirectory(Path.Combine(_directory, "directory")).FullName;
        await Assert.ThrowsAnyAsync<IOException>(() => TestServer.StartAsync(socketPath: directory));
        Assert.True(Directory.Exists(directory));
    }

    [Fact]
    public async Task A_channel_survives_a_restart_of_the_server()
    {
        using RpcChannel channel = RpcChannel.ForUnixSocket(SocketPath);
        await using (TestServer first = await TestServer.StartAsync(socketPath: SocketPath))
        {
            await channel.UnaryAsync(EchoMethods.Say, new EchoRequest());
        }

        Assert.Equal(StatusCode.Unavailable,
            (await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Say, new EchoRequest()))).StatusCode);
        await using TestServer second = await TestServer.StartAsync(socketPath: SocketPath);
        Assert.Equal("again", (await channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = "again" })).Text);
    }

    [Fact]
    public async Task Garbage_on_the_socket_does_not_disturb_the_server()
    {
        await using TestServer server = await TestServer.StartAsync(socketPath: SocketPath);
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();
        for (int seed = 0; seed < 100; seed++)
        {
            byte[] garbage = new byte[2000];
            new Random(seed).NextBytes(garbage);
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
            try
            {
                await socket.SendAsync(seed % 2 == 0 ? garbage : [.. preface, 0, 0, 0, 4, 0, 0, 0, 0, 0, .. garbage]);
            }
            catch (SocketException)
            {
                // The server hung up on the first half.
            }
        }

        using RpcChannel channel = RpcChannel.ForUnixSocket(SocketPath);
        Assert.Equal("alive", (await channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = "alive" })).Text);
    }

    [Fact]
    public void An_address_others_can_reach_needs_TLS()
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder();
        Assert.Throws<ArgumentException>(() => builder.WebHost.ListenGrpc(new(System.Net.IPAddress.Any, 0)));
    }
}
