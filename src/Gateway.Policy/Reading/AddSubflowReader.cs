using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Reads add_subflow.</summary>
internal sealed class AddSubflowReader(NodeReader nodes)
{
    private const string Hint = "Write add_subflow alone, or like {announce: [{address: 10.0.9.2, id: 200}], to: client}.";
    private const int FirstId = 200;

    private static readonly string[] s_keys = ["give_back", "announce", "to"];
    private static readonly string[] s_addressKeys = ["address", "port", "id"];

    public AddSubflowActor? Read()
    {
        bool? giveBack = null;
        bool toServer = false;
        ValueList<AnnouncedAddress>? announce = [];
        bool complete = nodes.ReadMapping(s_keys, Hint, key =>
        {
            switch (key)
            {
                case 0:
                    giveBack = nodes.TryRead(ScalarParsers.Switch, Hint, out bool given) && given;
                    break;
                case 1:
                    announce = ReadAddresses();
                    break;
                default:
                    nodes.TryRead(ScalarParsers.ConnectionEnd, Hint, out toServer);
                    break;
            }
        });
        return complete && announce is not null ? new AddSubflowActor(giveBack ?? announce.Count == 0, announce, toServer) : null;
    }

    private ValueList<AnnouncedAddress>? ReadAddresses()
    {
        int errors = nodes.Errors.Count;
        if (!nodes.TryEnterList(Hint))
        {
            return null;
        }

        var addresses = new List<AnnouncedAddress>();
        while (nodes.Events.Current is not SequenceEnd)
        {
            nodes.Path.Push(addresses.Count);
            addresses.Add(ReadAddress(addresses.Count));
            nodes.Path.Pop();
        }

        nodes.Events.Advance();
        return errors == nodes.Errors.Count ? ValueList.From(addresses) : null;
    }

    private AnnouncedAddress ReadAddress(int index)
    {
        SourcePosition start = nodes.Events.Position;
        var read = new AnnouncedAddress(IpPrefix.AllIPv4, null, (byte)Math.Min(FirstId + index, byte.MaxValue));
        uint seen = 0;
        bool complete = nodes.ReadMapping(s_addressKeys, Hint, key =>
        {
            seen |= 1u << key;
            switch (key)
            {
                case 0 when nodes.TryRead(ScalarParsers.Prefix, Hint, out IpPrefix address):
                    read = read with { Address = address };
                    break;
                case 1 when nodes.TryRead(ScalarParsers.Port, Hint, out ushort port):
                    read = read with { Port = port };
                    break;
                case 2 when nodes.TryRead(ScalarParsers.Count, Hint, out uint id):
                    // Out of range: refused with the other values.
                    read = read with { Id = (byte)(id > byte.MaxValue ? 0 : id) };
                    break;
                default:
                    break;
            }
        });
        if (complete && (seen & 1) == 0)
        {
            nodes.MissingKey(start, "address", Hint);
        }

        return read;
    }
}
