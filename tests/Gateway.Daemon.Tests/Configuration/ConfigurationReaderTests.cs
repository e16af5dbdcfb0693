using Gateway.Daemon.Configuration;
using Gateway.DataPlane;
using Gateway.Policy;

namespace Gateway.Daemon.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void All_that_can_be_configured_is_read()
    {
        (ConfigurationFile file, IReadOnlyList<PolicyError> errors) = ConfigurationReader.Read("""
            version: 1
            socket: /run/a.sock
            pins: /sys/fs/bpf/a
            state: /var/lib/a
            flow_entries: 2048
            log_level: debug
            ports:
              - nic: eth0
              - {nic: eth1, mode: wire, peer: eth3, xdp: generic, checksum: complete}
            """);

        Assert.Empty(errors);
        Assert.Equal(("/run/a.sock", "/sys/fs/bpf/a", "/var/lib/a", 2048u, "debug"), (file.Socket, file.Pins, file.State, file.FlowEntries, file.LogLevel));
        Assert.Equal(
            [
                new PortRequest("eth0"),
                new PortRequest("eth1") { Mode = PortMode.Wire, Peer = "eth3", Xdp = PortXdp.Generic, Checksum = ChecksumMode.Complete },
            ],
            file.Ports);
    }

    [Fact]
    public void Ports_may_be_left_out()
    {
        (ConfigurationFile file, IReadOnlyList<PolicyError> errors) = ConfigurationReader.Read("version: 1\nports: []\n");

        Assert.Empty(errors);
        Assert.Empty(file.Ports);
        Assert.Null(file.Socket);
    }

    [Theory]
    [InlineData("ports: []", "version", "The key version is missing")]
    [InlineData("version: 2", "version", "'2'")]
    [InlineData("version: 1\nprots: []", "prots", "Did you mean ports?")]
    [InlineData("version: 1\nsocket: run/a", "socket", "no absolute path")]
    [InlineData("version: 1\nflow_entries: 12", "flow_entries", "from 1024")]
    [InlineData("version: 1\nlog_level: loud", "log_level", "not known")]
    [InlineData("version: 1\nports: [{mode: host}]", "ports[0].nic", "The key nic is missing")]
    [InlineData("version: 1\nports: [{nic: a, mode: wire}]", "ports[0]", "Add peer: NIC.")]
    [InlineData("version: 1\nports: [{nic: a, peer: b}]", "ports[0]", "Add mode: wire")]
    [InlineData("version: 1\nports: [{nic: a}, {nic: b, mode: wire, peer: a}]", "ports[1].peer", "stands at ports[0].nic already")]
    [InlineData("version: 1\nports: [{nic: a-name-that-is-too-long}]", "ports[0].nic", "no name of a NIC")]
    [InlineData("version: 1\nports: [{nic: a, xdp: turbo}]", "ports[0].xdp", "'turbo'")]
    [InlineData("version: 1\nports: [{nic: a", "ports", "not YAML")]
    [InlineData("version: 1\nports: eth0", "ports", "A list is expected")]
    [InlineData("", "", "A mapping is expected")]
    public void An_error_is_told_with_its_place_and_what_to_do(string yaml, string path, string says)
    {
        PolicyError error = ConfigurationReader.Read(yaml).Errors[0];

        Assert.StartsWith(path, error.Path, StringComparison.Ordinal);
        Assert.Contains(says, $"{error.Message} {error.Hint}", StringComparison.Ordinal);
        Assert.True(error.Line > 0 && error.Hint.Length > 0, error.ToString());
    }

    [Fact]
    public void Every_error_is_told()
    {
        IReadOnlyList<PolicyError> errors = ConfigurationReader.Read("version: 3\nstate: here\nports: [{nic: a, mode: ring}, {peer: b}]\n").Errors;

        Assert.Equal(["version", "state", "ports[0].mode", "ports[1].nic", "ports[1]"], errors.Select(e => e.Path));
    }
}
