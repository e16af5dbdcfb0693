using System.Globalization;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Writes actors.</summary>
internal sealed class ActorWriter(YamlOutput output)
{
    public void Write(Actor actor)
    {
        switch (actor)
        {
            case SetBackupActor setBackup:
                output.Begin();
                output.Pair("set_backup", setBackup.Backup ? "on" : "off");
                output.End();
                break;
            case BlkSubflowActor blkSubflow:
                output.Begin();
                output.Word("blk_subflow");
                output.Begin(MappingStyle.Flow);
                string[] families = [.. blkSubflow.IPv4 ? ["v4"] : Array.Empty<string>(), .. blkSubflow.IPv6 ? ["v6"] : Array.Empty<string>()];
                output.Words("addresses", families);
                output.Pair("refuse_join", blkSubflow.RefuseJoin ? "on" : "off");
                output.End();
                output.End();
                break;
            case RateLimitActor rateLimit:
                output.Begin();
                output.Word("rate_limit");
                output.Begin(MappingStyle.Flow);
                output.Pair("rate", rateLimit.Rate.ToString());
                if (rateLimit.Per != RateScope.Subflow)
                {
                    output.Pair("per", RateScopeNames.Of(rateLimit.Per));
                }

                if (!rateLimit.Policer)
                {
                    output.Pair("policer", "off");
                }

                output.End();
                output.End();
                break;
            case RedirectActor redirect:
                output.Begin();
                output.Word("redirect");
                Write(redirect);
                output.End();
                break;
            case AddSubflowActor add:
                output.Begin();
                output.Word("add_subflow");
                Write(add);
                output.End();
                break;
            case CloseSubflowActor close:
                output.Begin();
                output.Word("close_subflow");
                output.Begin(MappingStyle.Flow);
                output.Pair("reason", ResetReasonNames.Of(close.Reason));
                output.End();
                output.End();
                break;
            case MarkActor mark:
                output.Begin();
                output.Word("mark");
                Write(mark);
                output.End();
                break;
            case MirrorActor mirror:
                output.Begin();
                output.Word("mirror");
                output.Begin(MappingStyle.Flow);
                output.Pair("port", mirror.Port);
                output.End();
                output.End();
                break;
            case RewriteActor rewrite:
                output.Begin();
                output.Word("rewrite");
                output.Begin(MappingStyle.Flow);
                output.OptionalPair("src", rewrite.Source);
                output.OptionalPair("src_port", rewrite.SourcePorts);
                output.OptionalPair("dst", rewrite.Destination);
                output.OptionalPair("dst_port", rewrite.DestinationPort);
                output.End();
                output.End();
                break;
            case CustomActor custom:
                output.Begin();
                output.Custom(custom.Operator, custom.Arguments);
                output.End();
                break;
            case StripMptcpActor:
                output.Word("strip_mptcp");
                break;
            case TraceActor:
                output.Word("trace");
                break;
            case GetConnectActor:
                output.Word("get_connect");
                break;
            case GetSubflowActor:
                output.Word("get_subflow");
                break;
            case RecordActor:
                output.Word("record");
                break;
            case CountActor:
                output.Word("count");
                break;
            case DropActor:
                output.Word("drop");
                break;
            default:
                throw new ArgumentException($"The actor {actor.GetType().Name} has no text.", nameof(actor));
        }
    }

    private void Write(RedirectActor redirect)
    {
        output.Begin(MappingStyle.Flow);
        if (redirect.Ports.Count == 1 && redirect.Weights.Count == 0)
        {
            output.Pair("port", redirect.Ports[0]);
        }
        else
        {
            WriteSpread(redirect);
        }

        output.Word("mac");
        switch (redirect.Mac)
        {
            case GivenMac given:
                output.Begin(MappingStyle.Flow);
                output.Pair("dst", given.Destination.ToString());
                output.OptionalPair("src", given.Source);
                output.End();
                break;
            case KeepMac:
                output.Word("keep");
                break;
            default:
                output.Word("fib");
                break;
        }

        output.End();
    }

    private void WriteSpread(RedirectActor redirect)
    {
        if (redirect.Weights.Count == 0)
        {
            output.Words("spread", redirect.Ports);
            return;
        }

        int index = 0;
        output.List("spread", redirect.Ports, port =>
        {
            output.Begin(MappingStyle.Flow);
            output.Pair("port", port);
            output.Pair("weight", redirect.Weights[index++].ToString(CultureInfo.InvariantCulture));
            output.End();
        });
    }

    private void Write(AddSubflowActor add)
    {
        output.Begin(MappingStyle.Flow);
        output.Pair("give_back", add.GiveBack ? "on" : "off");
        if (add.Announce.Count > 0)
        {
            output.List("announce", add.Announce, address =>
            {
                output.Begin(MappingStyle.Flow);
                output.Pair("address", address.Address.ToString());
                output.OptionalPair("port", address.Port);
                output.Pair("id", address.Id.ToString(CultureInfo.InvariantCulture));
                output.End();
            });
        }

        output.Pair("to", add.ToServer ? "server" : "client");
        output.End();
    }

    private void Write(MarkActor mark)
    {
        output.Begin(MappingStyle.Flow);
        output.OptionalPair("skb", mark.Skb);
        if (mark.Mask != uint.MaxValue)
        {
            output.Pair("mask", mark.Mask.ToString(CultureInfo.InvariantCulture));
        }

        output.OptionalPair("dscp", mark.Dscp);
        output.End();
    }
}
