using System.Net.Sockets;

namespace Gateway.Lab;

/// <summary>What a socket says of itself through getsockopt(SOL_MPTCP, MPTCP_INFO) (linux/mptcp.h, struct mptcp_info).</summary>
public sealed record MptcpInfo
{
    private const int SolMptcp = 284;
    private const int MptcpInfoOption = 1;
    private const int SubflowsOffset = 0, FlagsOffset = 8, TokenOffset = 12, SubflowsTotalOffset = 80;
    private const uint FallbackFlag = 1;

    /// <summary>Whether the socket speaks MPTCP; an accepted connection that began as TCP does not.</summary>
    public required bool Mptcp { get; init; }

    /// <summary>Whether the connection fell back to TCP.</summary>
    public required bool Fallback { get; init; }

    /// <summary>Established subflows, the first one included.</summary>
    public required int Subflows { get; init; }

    /// <summary>The token by which the peer joins this end.</summary>
    public required uint Token { get; init; }

    internal static MptcpInfo Of(Socket socket)
    {
        Span<byte> info = stackalloc byte[128];
        try
        {
            int length = socket.GetRawSocketOption(SolMptcp, MptcpInfoOption, info);
            // Native byte order: the kernel copies its structure.
            uint flags = BitConverter.ToUInt32(info[FlagsOffset..]);
            return new MptcpInfo
            {
                Mptcp = true,
                Fallback = (flags & FallbackFlag) != 0,
                Subflows = length > SubflowsTotalOffset ? info[SubflowsTotalOffset] : info[SubflowsOffset] + 1,
                Token = BitConverter.ToUInt32(info[TokenOffset..]),
            };
        }
        catch (SocketException)
        {
            return new MptcpInfo { Mptcp = false, Fallback = false, Subflows = 1, Token = 0 };
        }
    }
}
