using System.Net;

using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Checksums;

/// <summary>Pseudo-header of TCP and UDP over IPv4 (RFC 9293, section 3.1) and IPv6 (RFC 8200, section 8.1).</summary>
public static class PseudoHeader
{
    /// <summary>Running sum of the pseudo-header.</summary>
    /// <param name="source">Source address.</param>
    /// <param name="destination">Final destination address, of the same family.</param>
    /// <param name="protocol">Upper-layer protocol.</param>
    /// <param name="length">Bytes of upper-layer header and payload.</param>
    /// <exception cref="ArgumentException">The addresses are of two families.</exception>
    public static ulong Sum(IPAddress source, IPAddress destination, IpProtocol protocol, int length)
    {
        if (source.AddressFamily != destination.AddressFamily)
        {
            throw new ArgumentException("Source and destination are of two IP versions: give two of one.", nameof(destination));
        }

        // The high 16 bits of an IPv6 upper-layer length are a word of their own; folding makes that the same.
        ulong sum = (ulong)protocol + (uint)length;
        sum = InternetChecksum.Sum(source.GetAddressBytes(), sum);
        return InternetChecksum.Sum(destination.GetAddressBytes(), sum);
    }
}
