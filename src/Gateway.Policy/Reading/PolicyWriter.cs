using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Writes the canonical YAML of a policy; reading it gives an equal document.</summary>
public static class PolicyWriter
{
    /// <summary>Writes the policy as text.</summary>
    public static string Write(PolicyDocument document)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlPolicyWriter(new Emitter(text)).Write(document);
        return text.ToString();
    }

    private sealed class YamlPolicyWriter(IEmitter emitter)
    {
        public void Write(PolicyDocument document)
        {
            emitter.Emit(new StreamStart());
            emitter.Emit(new DocumentStart(null, null, isImplicit: true));
            Begin();
            Pair("version", "1");
            Pair("name", document.Name);
            List("chains", document.Chains, Write);
            End();
            emitter.Emit(new DocumentEnd(isImplicit: true));
            emitter.Emit(new StreamEnd());
        }

        private void Write(Chain chain)
        {
            Begin();
            Pair("name", chain.Name);
            Pair("priority", chain.Priority.ToString(CultureInfo.InvariantCulture));
            string[] hooks = [.. HookNames(chain.Hooks)];
            Words("hooks", hooks);
            if (chain.Ports.Count > 0)
            {
                Words("ports", chain.Ports);
            }

            if (chain.Select is not null)
            {
                Word("select");
                Write(chain.Select);
            }

            List("actors", chain.Actors, Write);
            End();
        }

        private static IEnumerable<string> HookNames(Hooks hooks)
        {
            if (hooks.HasFlag(Hooks.Ingress))
            {
                yield return "ingress";
            }

            if (hooks.HasFlag(Hooks.Egress))
            {
                yield return "egress";
            }
        }

        private void Write(Selector selector)
        {
            Begin();
            switch (selector)
            {
                case AllSelector all:
                    List("all", all.Selectors, Write);
                    break;
                case AnySelector any:
                    List("any", any.Selectors, Write);
                    break;
                case NotSelector not:
                    Word("not");
                    Write(not.Selector);
                    break;
                case SubflowSelector subflow:
                    Word("subflow");
                    Begin(MappingStyle.Flow);
                    OptionalPair("src", subflow.Source);
                    OptionalPair("src_port", subflow.SourcePort);
                    OptionalPair("dst", subflow.Destination);
                    OptionalPair("dst_port", subflow.DestinationPort);
                    End();
                    break;
                case IpPairSelector pair:
                    Word("ip_pair");
                    Begin(MappingStyle.Flow);
                    Pair("a", pair.A.ToString());
                    Pair("b", pair.B.ToString());
                    End();
                    break;
                case SourceSelector source:
                    Words("src", Texts(source.Prefixes));
                    break;
                case DestinationSelector destination:
                    Words("dst", Texts(destination.Prefixes));
                    break;
                case SourcePortSelector sourcePort:
                    Words("src_port", Texts(sourcePort.Ranges));
                    break;
                case DestinationPortSelector destinationPort:
                    Words("dst_port", Texts(destinationPort.Ranges));
                    break;
                case PortSelector port:
                    Words("port", Texts(port.Ranges));
                    break;
                case PacketTypeSelector type:
                    Words("packet_type", PacketTypeNames.NamesOf(type.Types));
                    break;
                case DirectionSelector direction:
                    Pair("direction", direction.Direction == FlowDirection.Reply ? "reply" : "original");
                    break;
                case IngressPortSelector ingress:
                    Words("ingress_port", ingress.Ports);
                    break;
                case EgressPortSelector egress:
                    Words("egress_port", egress.Ports);
                    break;
                case VlanSelector vlan:
                    Words("vlan", Texts(vlan.Ids));
                    break;
                case SequenceSelector sequence:
                    Word("sequence");
                    Begin(MappingStyle.Flow);
                    OptionalRanges("data", sequence.Data);
                    OptionalRanges("subflow", sequence.Subflow);
                    End();
                    break;
                case ConnectionSelector connection:
                    Word("connection");
                    Write(connection);
                    break;
                case SampleSelector sample:
                    Word("sample");
                    Begin(MappingStyle.Flow);
                    Pair("one_in", sample.OneIn.ToString(CultureInfo.InvariantCulture));
                    End();
                    break;
                case BucketSelector bucket:
                    Word("sample");
                    Begin(MappingStyle.Flow);
                    Words("buckets", Texts(bucket.Buckets));
                    Pair("of", bucket.Of.ToString(CultureInfo.InvariantCulture));
                    Pair("by", bucket.ByConnection ? "connection" : "subflow");
                    End();
                    break;
                default:
                    throw new ArgumentException($"The selector {selector.GetType().Name} has no text.", nameof(selector));
            }

            End();
        }

        private void Write(ConnectionSelector connection)
        {
            Begin(MappingStyle.Flow);
            OptionalRanges("token", connection.Token);
            OptionalRanges("subflow", connection.Subflow);
            OptionalRanges("subflows", connection.Subflows);
            OptionalRanges("age", connection.Age, "ms");
            OptionalRanges("bytes", connection.Bytes);
            if (connection.Backup is { } backup)
            {
                Pair("backup", backup ? "on" : "off");
            }

            OptionalRanges("address_id", connection.AddressId);
            OptionalPair("version", connection.Version);
            End();
        }

        private void OptionalRanges(string key, ValueList<ValueRange>? ranges, string unit = "")
        {
            if (ranges is not null)
            {
                Words(key, ranges.Select(r => r.ToString(unit)));
            }
        }

        private void Write(Actor actor)
        {
            switch (actor)
            {
                case SetBackupActor setBackup:
                    Begin();
                    Pair("set_backup", setBackup.Backup ? "on" : "off");
                    End();
                    break;
                case BlkSubflowActor blkSubflow:
                    Begin();
                    Word("blk_subflow");
                    Begin(MappingStyle.Flow);
                    string[] families = [.. blkSubflow.IPv4 ? ["v4"] : Array.Empty<string>(), .. blkSubflow.IPv6 ? ["v6"] : Array.Empty<string>()];
                    Words("addresses", families);
                    Pair("refuse_join", blkSubflow.RefuseJoin ? "on" : "off");
                    End();
                    End();
                    break;
                case RateLimitActor rateLimit:
                    Begin();
                    Word("rate_limit");
                    Begin(MappingStyle.Flow);
                    Pair("rate", rateLimit.Rate.ToString());
                    End();
                    End();
                    break;
                case RedirectActor redirect:
                    Begin();
                    Word("redirect");
                    Write(redirect);
                    End();
                    break;
                case GetConnectActor:
                    Word("get_connect");
                    break;
                case GetSubflowActor:
                    Word("get_subflow");
                    break;
                case RecordActor:
                    Word("record");
                    break;
                case CountActor:
                    Word("count");
                    break;
                case DropActor:
                    Word("drop");
                    break;
                default:
                    throw new ArgumentException($"The actor {actor.GetType().Name} has no text.", nameof(actor));
            }
        }

        private void Write(RedirectActor redirect)
        {
            Begin(MappingStyle.Flow);
            if (redirect.Ports.Count == 1)
            {
                Pair("port", redirect.Ports[0]);
            }
            else
            {
                Words("spread", redirect.Ports);
            }

            Word("mac");
            switch (redirect.Mac)
            {
                case GivenMac given:
                    Begin(MappingStyle.Flow);
                    Pair("dst", given.Destination.ToString());
                    OptionalPair("src", given.Source);
                    End();
                    break;
                case KeepMac:
                    Word("keep");
                    break;
                default:
                    Word("fib");
                    break;
            }

            End();
        }

        private static IEnumerable<string> Texts<T>(ValueList<T> values)
            where T : struct => values.Select(v => v.ToString()!);

        private void List<T>(string key, ValueList<T> items, Action<T> write)
        {
            Word(key);
            emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
            foreach (T item in items)
            {
                write(item);
            }

            emitter.Emit(new SequenceEnd());
        }

        private void Words(string key, IEnumerable<string> words)
        {
            Word(key);
            emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, SequenceStyle.Flow));
            foreach (string word in words)
            {
                Word(word);
            }

            emitter.Emit(new SequenceEnd());
        }

        private void OptionalPair<T>(string key, T? value)
            where T : struct
        {
            if (value is { } present)
            {
                Pair(key, present.ToString()!);
            }
        }

        private void Pair(string key, string value)
        {
            Word(key);
            Word(value);
        }

        private void Begin(MappingStyle style = MappingStyle.Block) =>
            emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, style));

        private void End() => emitter.Emit(new MappingEnd());

        private void Word(string word)
        {
            // Colons mean something to YAML next to brackets and ends; other texts may read as absent.
            bool plain = word.Length > 0 && word != "null" && char.IsAsciiLetterOrDigit(word[0])
                && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '/' or '-');
            emitter.Emit(new Scalar(
                AnchorName.Empty, TagName.Empty, word, plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, isPlainImplicit: true, isQuotedImplicit: true));
        }
    }
}
