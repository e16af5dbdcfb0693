namespace Gateway.Policy;

/// <summary>Reads rewrite.</summary>
internal sealed class RewriteReader(NodeReader nodes)
{
    public const string Hint = "Write it like {dst: 10.0.9.1, dst_port: 5201} or {src: 10.0.8.1, src_port: \"40000-40999\"}.";

    private static readonly string[] s_keys = ["src", "src_port", "dst", "dst_port"];

    public RewriteActor? Read()
    {
        var read = new RewriteActor(null, null, null, null);
        bool complete = nodes.ReadMapping(s_keys, Hint, key =>
        {
            switch (key)
            {
                case 0 when nodes.TryRead(ScalarParsers.Prefix, Hint, out IpPrefix source):
                    read = read with { Source = source };
                    break;
                case 1 when nodes.TryRead(ScalarParsers.Ports, Hint, out PortRange ports):
                    read = read with { SourcePorts = ports };
                    break;
                case 2 when nodes.TryRead(ScalarParsers.Prefix, Hint, out IpPrefix destination):
                    read = read with { Destination = destination };
                    break;
                case 3 when nodes.TryRead(ScalarParsers.Port, Hint, out ushort port):
                    read = read with { DestinationPort = port };
                    break;
                default:
                    break;
            }
        });
        return complete ? read : null;
    }
}
