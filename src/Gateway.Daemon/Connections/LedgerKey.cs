using System.Net;

namespace Gateway.Daemon.Connections;

/// <summary>Whose handshakes an entry of the ledger counts, and between which ports.</summary>
/// <param name="Client">Network of the SYNs' sender: its first address.</param>
/// <param name="Server">Network of the other end.</param>
/// <param name="ClientNic">Port toward the client; empty when not known.</param>
/// <param name="ServerNic">Port toward the server; empty as long as nothing came from there.</param>
internal readonly record struct LedgerKey(IPAddress Client, IPAddress Server, string ClientNic, string ServerNic)
{
    /// <summary>The network of an address: the address with all further bits zero.</summary>
    public static IPAddress Network(IPAddress address, int ipv4Prefix, int ipv6Prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        int bits = length == 4 ? ipv4Prefix : ipv6Prefix;
        for (int i = 0; i < length; i++)
        {
            int kept = Math.Clamp(bits - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff00 >> kept);
        }

        return new IPAddress(bytes[..length]);
    }
}
