using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;

namespace Gateway.DataPlane;

/// <summary>Writes the addresses that add_subflow announces into the table of kept ADD_ADDR options.</summary>
internal static class AddressOffers
{
    private const byte IPv4 = 4;
    private const byte IPv6 = 6;

    /// <summary>
    /// Gives each option a slot of the connection: its own when it is there already, so that what was sent and echoed under
    /// an earlier generation still counts; else an empty one, else one of an earlier generation.
    /// </summary>
    /// <returns>How many found a slot.</returns>
    internal static int Write(BpfMap stored, AddressOffer offer, ulong now)
    {
        var slots = new StoredOption?[Limits.StoredSlots];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            slots[slot] = stored.TryLookup(Key(offer, slot), out StoredOption present) ? present : null;
        }

        int written = 0;
        foreach (ReadOnlyMemory<byte> option in offer.Options)
        {
            if (!AddAddrOption.TryRead(option.Span, out AddAddrOption? address) || option.Length > Limits.StoredOption)
            {
                throw new DataPlaneException(DataPlaneErrorKind.InvalidArgument, "An offered option is no ADD_ADDR: give it as RFC 8684, section 3.4.1 lays it out.");
            }

            int slot = Array.FindIndex(slots, s => s is { } known && Same(known, option.Span));
            slot = slot >= 0 ? slot : Array.IndexOf(slots, null);
            slot = slot >= 0 ? slot : Array.FindIndex(slots, s => s!.Value.Generation != offer.Generation);
            if (slot < 0)
            {
                continue;
            }

            StoredOption entry = slots[slot] is { } same && Same(same, option.Span) ? same : Entry(option.Span, address, now);
            entry.Generation = offer.Generation;
            entry.Chain = (ushort)offer.Chain;
            entry.Step = (byte)offer.Step;
            stored.Update(Key(offer, slot), entry);
            slots[slot] = entry;
            written++;
        }

        return written;
    }

    private static StoredKey Key(AddressOffer offer, int slot) => new()
    {
        Connection = offer.ConnectionId,
        Slot = (byte)slot,
        Direction = (byte)offer.Direction,
        Kind = (byte)StoredKind.Offered,
    };

    private static bool Same(in StoredOption known, ReadOnlySpan<byte> option)
    {
        ReadOnlySpan<byte> bytes = known.Option;
        return bytes[..Math.Min((int)known.Length, bytes.Length)].SequenceEqual(option);
    }

    private static StoredOption Entry(ReadOnlySpan<byte> option, AddAddrOption address, ulong now)
    {
        var entry = new StoredOption
        {
            Time = now,
            Length = (byte)option.Length,
            AddressId = address.AddressId,
            Family = address.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPv4 : IPv6,
        };
        option.CopyTo(entry.Option);
        return entry;
    }
}
