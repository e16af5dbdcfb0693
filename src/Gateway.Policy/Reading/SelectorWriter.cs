using System.Globalization;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Writes selector expressions.</summary>
internal sealed class SelectorWriter(YamlOutput output)
{
    public void Write(Selector selector)
    {
        output.Begin();
        switch (selector)
        {
            case AllSelector all:
                output.List("all", all.Selectors, Write);
                break;
            case AnySelector any:
                output.List("any", any.Selectors, Write);
                break;
            case NotSelector not:
                output.Word("not");
                Write(not.Selector);
                break;
            case SubflowSelector subflow:
                output.Word("subflow");
                output.Begin(MappingStyle.Flow);
                output.OptionalPair("src", subflow.Source);
                output.OptionalPair("src_port", subflow.SourcePort);
                output.OptionalPair("dst", subflow.Destination);
                output.OptionalPair("dst_port", subflow.DestinationPort);
                output.End();
                break;
            case IpPairSelector pair:
                output.Word("ip_pair");
                output.Begin(MappingStyle.Flow);
                output.Pair("a", pair.A.ToString());
                output.Pair("b", pair.B.ToString());
                output.End();
                break;
            case SourceSelector source:
                output.Words("src", Texts(source.Prefixes));
                break;
            case DestinationSelector destination:
                output.Words("dst", Texts(destination.Prefixes));
                break;
            case SourcePortSelector sourcePort:
                output.Words("src_port", Texts(sourcePort.Ranges));
                break;
            case DestinationPortSelector destinationPort:
                output.Words("dst_port", Texts(destinationPort.Ranges));
                break;
            case PortSelector port:
                output.Words("port", Texts(port.Ranges));
                break;
            case PacketTypeSelector type:
                output.Words("packet_type", PacketTypeNames.NamesOf(type.Types));
                break;
            case DirectionSelector direction:
                output.Pair("direction", direction.Direction == FlowDirection.Reply ? "reply" : "original");
                break;
            case IngressPortSelector ingress:
                output.Words("ingress_port", ingress.Ports);
                break;
            case EgressPortSelector egress:
                output.Words("egress_port", egress.Ports);
                break;
            case VlanSelector vlan:
                output.Words("vlan", Texts(vlan.Ids));
                break;
            case SequenceSelector sequence:
                output.Word("sequence");
                output.Begin(MappingStyle.Flow);
                OptionalRanges("data", sequence.Data);
                OptionalRanges("subflow", sequence.Subflow);
                output.End();
                break;
            case ConnectionSelector connection:
                output.Word("connection");
                Write(connection);
                break;
            case SampleSelector sample:
                output.Word("sample");
                output.Begin(MappingStyle.Flow);
                output.Pair("one_in", sample.OneIn.ToString(CultureInfo.InvariantCulture));
                output.End();
                break;
            case BucketSelector bucket:
                output.Word("sample");
                output.Begin(MappingStyle.Flow);
                output.Words("buckets", Texts(bucket.Buckets));
                output.Pair("of", bucket.Of.ToString(CultureInfo.InvariantCulture));
                output.Pair("by", bucket.ByConnection ? "connection" : "subflow");
                output.End();
                break;
            case SubflowSetSelector set:
                output.Pair("subflow_set", set.Set);
                break;
            case CustomSelector custom:
                output.Custom(custom.Operator, custom.Arguments);
                break;
            default:
                throw new ArgumentException($"The selector {selector.GetType().Name} has no text.", nameof(selector));
        }

        output.End();
    }

    private void Write(ConnectionSelector connection)
    {
        output.Begin(MappingStyle.Flow);
        OptionalRanges("token", connection.Token);
        OptionalRanges("subflow", connection.Subflow);
        OptionalRanges("subflows", connection.Subflows);
        OptionalRanges("age", connection.Age, "ms");
        OptionalRanges("bytes", connection.Bytes);
        if (connection.Backup is { } backup)
        {
            output.Pair("backup", backup ? "on" : "off");
        }

        OptionalRanges("address_id", connection.AddressId);
        output.OptionalPair("version", connection.Version);
        output.End();
    }

    private void OptionalRanges(string key, ValueList<ValueRange>? ranges, string unit = "")
    {
        if (ranges is not null)
        {
            output.Words(key, ranges.Select(r => r.ToString(unit)));
        }
    }

    private static IEnumerable<string> Texts<T>(ValueList<T> values)
        where T : struct => values.Select(v => v.ToString()!);
}
