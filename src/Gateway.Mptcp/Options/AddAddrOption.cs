using System.Buffers.Binary;
using System.Net;

namespace Gateway.Mptcp.Options;

/// <summary>An address announcement, read from its bytes (RFC 8684 and RFC 6824, section 3.4.1).</summary>
/// <param name="Version">V0 has no HMAC and no echo.</param>
/// <param name="IsEcho">It confirms an announcement of the receiver (v1).</param>
/// <param name="AddressId">Address identifier.</param>
/// <param name="Address">The announced address.</param>
/// <param name="Port">The announced port, 0 when absent.</param>
/// <param name="Hmac">Truncated HMAC as a big-endian number, null when absent.</param>
public sealed record AddAddrOption(MptcpVersion Version, bool IsEcho, byte AddressId, IPAddress Address, ushort Port, ulong? Hmac)
{
    internal const int EchoFlag = 1;
    internal const int HmacLength = 8;

    /// <summary>Reads an ADD_ADDR; false for another option or a length neither version has.</summary>
    /// <param name="option">The option from its kind octet on, exactly its length.</param>
    /// <param name="addAddr">What it holds.</param>
    public static bool TryRead(ReadOnlySpan<byte> option, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out AddAddrOption? addAddr)
    {
        addAddr = null;
        if (!MptcpOptions.Is(option, MptcpSubtype.AddAddr))
        {
            return false;
        }

        int nibble = option[2] & 0xf;
        int body = option.Length is 16 or 18 or 28 or 30 ? option.Length - HmacLength : option.Length;
        bool hmac = body != option.Length;
        bool v0 = !hmac && nibble is 4 or 6;
        bool echo = !v0 && (nibble & EchoFlag) != 0;
        int address = body is 8 or 10 ? 4 : 16;
        if (body is not (8 or 10 or 20 or 22) || (v0 && (nibble == 4) != (address == 4)) || (!v0 && echo == hmac))
        {
            return false;
        }

        bool port = body - address - 4 == 2;
        addAddr = new AddAddrOption(
            v0 ? MptcpVersion.V0 : MptcpVersion.V1,
            echo,
            option[3],
            new IPAddress(option.Slice(4, address)),
            port ? BinaryPrimitives.ReadUInt16BigEndian(option[(4 + address)..]) : (ushort)0,
            hmac ? BinaryPrimitives.ReadUInt64BigEndian(option[^HmacLength..]) : null);
        return true;
    }
}
