using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.Rpc;

/// <summary>
/// Who connected to a Unix socket, as the kernel noted it at connect time (SO_PEERCRED and SO_PEERGROUPS,
/// unix(7)).
/// </summary>
public sealed record PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int SoPeerGroups = 59;
    private const int MaxGroups = 65536;

    /// <summary>Effective user id.</summary>
    public required uint UserId { get; init; }

    /// <summary>Effective group id.</summary>
    public required uint GroupId { get; init; }

    /// <summary>Process id in the server's pid namespace; 0 when the peer is not visible there.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Further groups of the user.</summary>
    public required IReadOnlyList<uint> SupplementaryGroups { get; init; }

    /// <summary>Whether the peer is in a group, by its group id or a further group.</summary>
    public bool IsInGroup(uint groupId) => GroupId == groupId || SupplementaryGroups.Contains(groupId);

    /// <summary>Reads the credentials of a connected Unix socket.</summary>
    /// <exception cref="SocketException">The socket is not a connected Unix socket.</exception>
    internal static PeerCredentials Of(Socket socket)
    {
        // struct ucred: pid, uid, gid (linux/socket.h).
        Span<uint> credentials = stackalloc uint[3];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return new PeerCredentials
        {
            ProcessId = (int)credentials[0],
            UserId = credentials[1],
            GroupId = credentials[2],
            SupplementaryGroups = ReadGroups(socket),
        };
    }

    private static uint[] ReadGroups(Socket socket)
    {
        // The kernel answers ERANGE when the room is too small, and the most groups a user can have are few.
        for (int room = 64; ; room = MaxGroups)
        {
            uint[] groups = new uint[room];
            try
            {
                int length = socket.GetRawSocketOption(SolSocket, SoPeerGroups, MemoryMarshal.AsBytes(groups.AsSpan()));
                return groups[..(length / sizeof(uint))];
            }
            catch (SocketException) when (room < MaxGroups)
            {
                continue;
            }
        }
    }
}
