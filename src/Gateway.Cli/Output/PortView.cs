using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>Ports for people.</summary>
internal static class PortView
{
    private static readonly EnumDescriptor s_mode = PortReflection.Descriptor.FindTypeByName<EnumDescriptor>("PortMode");
    private static readonly EnumDescriptor s_xdp = PortReflection.Descriptor.FindTypeByName<EnumDescriptor>("XdpMode");
    private static readonly EnumDescriptor s_checksum = PortReflection.Descriptor.FindTypeByName<EnumDescriptor>("ChecksumMode");
    private static readonly EnumDescriptor s_link = PortReflection.Descriptor.FindTypeByName<EnumDescriptor>("LinkState");

    internal static void Attached(AttachPortResponse response, Page page) => Table(response.Ports, page);

    internal static void List(ListPortsResponse response, Page page) => Table(response.Ports, page);

    internal static void Detached(DetachPortResponse response, Page page) =>
        page.Line($"detached {string.Join(", ", response.Nics)}");

    private static void Table(IEnumerable<Port> ports, Page page)
    {
        DataTable table = new(
            Column.Number("PORT"), "NIC", "LINK", "MODE", "PEER", "XDP", "CHECKSUM", "DRIVER", Column.Number("MTU"), "EGRESS BY",
            Column.Number("IN PACKETS"), Column.Number("IN BYTES"), Column.Number("OUT PACKETS"), Column.Number("OUT BYTES"));
        foreach (Port port in ports)
        {
            table.Add(
                port.Index,
                port.RenamedTo.Length == 0 ? port.Nic : $"{port.Nic} (now {port.RenamedTo})",
                Link(port.Link),
                Words.Name(s_mode, (int)port.Mode),
                port.Peer,
                Words.Name(s_xdp, (int)port.Xdp),
                Words.Name(s_checksum, (int)port.Checksum),
                port.Driver,
                port.Mtu,
                port.EgressAttachment,
                port.Ingress?.Packets ?? 0,
                port.Ingress?.Bytes ?? 0,
                port.Egress?.Packets ?? 0,
                port.Egress?.Bytes ?? 0);
        }

        page.Table(table, "No ports are attached: attach one with `gatewayctl port attach NIC`.");
    }

    private static Cell Link(LinkState state)
    {
        string name = Words.Name(s_link, (int)state);
        return state is LinkState.Down or LinkState.Gone ? Cell.Bad(name) : name;
    }
}
