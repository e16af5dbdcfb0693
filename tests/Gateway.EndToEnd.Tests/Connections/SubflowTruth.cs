using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>A subflow as the client's kernel has it: <c>token:REMOTE(id:N)/LOCAL(id:N)</c> of ss(8).</summary>
internal sealed partial record SubflowTruth(IPEndPoint Local, IPEndPoint Peer, bool Joined, uint RemoteId, uint LocalId)
{
    public static async Task<IReadOnlyList<SubflowTruth>> ReadAsync(NetworkNamespace client) =>
        [.. (await client.ReadSubflowsAsync()).Where(s => s.Mptcp).Select(Of)];

    /// <summary>Whether a listed subflow has these addresses and ports.</summary>
    public bool Is(Subflow listed) =>
        (listed.ClientAddress, listed.ClientPort, listed.ServerAddress, listed.ServerPort)
        == (Local.Address.ToString(), (uint)Local.Port, Peer.Address.ToString(), (uint)Peer.Port);

    private static SubflowTruth Of(SubflowReading reading)
    {
        Match ids = Ids().Match(reading.Text);
        Assert.True(ids.Success, reading.Text);
        return new SubflowTruth(reading.Local, reading.Peer, reading.Joined, Number(ids.Groups[1]), Number(ids.Groups[2]));
    }

    private static uint Number(Group digits) => uint.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"token:[0-9a-f]+\(id:(\d+)\)/[0-9a-f]+\(id:(\d+)\)")]
    private static partial Regex Ids();
}
