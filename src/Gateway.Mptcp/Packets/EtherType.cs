namespace Gateway.Mptcp.Packets;

/// <summary>Ethernet protocol numbers the parser knows (linux/if_ether.h).</summary>
public enum EtherType
{
    /// <summary>IPv4.</summary>
    Ipv4 = 0x0800,

    /// <summary>ARP.</summary>
    Arp = 0x0806,

    /// <summary>802.1Q customer tag.</summary>
    Vlan = 0x8100,

    /// <summary>IPv6.</summary>
    Ipv6 = 0x86dd,

    /// <summary>802.1ad service tag.</summary>
    ServiceVlan = 0x88a8,
}
