using Gateway.Mptcp.Options;

namespace Gateway.Daemon.Connections;

/// <summary>What ADD_ADDR and REMOVE_ADDR say about a connection (RFC 8684, sections 3.4.1 and 3.4.2).</summary>
internal static class AddressAnnouncements
{
    /// <summary>Takes an ADD_ADDR or its echo in; null when the option is neither.</summary>
    public static TrackedAddress? Announce(TrackedConnection connection, ReadOnlySpan<byte> option, bool byClient)
    {
        if (!AddAddrOption.TryRead(option, out AddAddrOption? announced))
        {
            return null;
        }

        // An echo travels against its announcement.
        bool announcedByClient = announced.IsEcho != byClient;
        TrackedAddress? known = connection.FindAddress(announced.AddressId, announcedByClient);
        if (known is null)
        {
            known = new TrackedAddress(announced.AddressId, announcedByClient) { Address = announced.Address };
            connection.Addresses.Add(known);
        }
        else if (!announced.IsEcho && (known.Removed || !known.Address.Equals(announced.Address) || known.Port != announced.Port))
        {
            known.Removed = known.Echoed = known.Hidden = false;
        }

        known.Address = announced.Address;
        known.Port = announced.Port;
        known.Echoed |= announced.IsEcho;
        return known;
    }

    /// <summary>Takes a REMOVE_ADDR in; an identifier that was never announced changes nothing.</summary>
    public static void Withdraw(TrackedConnection connection, ReadOnlySpan<byte> option, bool byClient)
    {
        for (int i = 3; i < option.Length; i++)
        {
            if (connection.FindAddress(option[i], byClient) is { } known)
            {
                known.Removed = true;
            }
        }
    }
}
