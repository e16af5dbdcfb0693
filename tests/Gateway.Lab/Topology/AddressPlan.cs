using System.Net;

namespace Gateway.Lab;

/// <summary>Addresses of every mode. Labs never see each other, so all of them use the same ones.</summary>
internal static class AddressPlan
{
    /// <summary>The one server address of a spread lab.</summary>
    public static string Service(Family family) => family == Family.V4 ? "10.77.20.2" : "fd77:20::2";

    public static string Subnet(Family family, int net, int host) =>
        family == Family.V4 ? $"10.77.{net}.{host}" : $"fd77:{net}::{host}";

    public static string Prefix(Family family, int net) => family == Family.V4 ? $"10.77.{net}.0/24" : $"fd77:{net}::/64";

    public static int PrefixLength(Family family) => family == Family.V4 ? 24 : 64;

    public static int HostLength(Family family) => family == Family.V4 ? 32 : 128;

    /// <summary>Number of the subnet between gateway and server on a path of a routed lab.</summary>
    public static int ServerNet(int path) => 10 + path;

    /// <summary>Number of the subnet between gateway and second tenant.</summary>
    public static int TenantNet(int number) => 30 + number;

    public static LabPath Path(LabMode mode, int number)
    {
        IPAddress Server(Family family) => IPAddress.Parse(mode switch
        {
            LabMode.Spread => Service(family),
            LabMode.Routed => Subnet(family, ServerNet(number), 2),
            _ => Subnet(family, number, 3),
        });

        return new LabPath
        {
            Number = number,
            ClientV4 = IPAddress.Parse(Subnet(Family.V4, number, 2)),
            ClientV6 = IPAddress.Parse(Subnet(Family.V6, number, 2)),
            ServerV4 = Server(Family.V4),
            ServerV6 = Server(Family.V6),
        };
    }
}
