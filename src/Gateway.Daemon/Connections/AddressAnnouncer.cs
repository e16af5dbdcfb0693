using System.Threading.Channels;
using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.Mptcp.Options;
using Gateway.Policy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Direction = Gateway.DataPlane.Abi.Direction;

namespace Gateway.Daemon.Connections;

/// <summary>
/// Answers the packet programs when an add_subflow meets a connection whose addresses it does not have: authenticates
/// the addresses of the policy with the connection's keys and offers them. What cannot be answered is asked again a
/// second later.
/// </summary>
internal sealed partial class AddressAnnouncer(
    KernelDataPlane dataPlane, PolicyControl policies, ConnectionKeys keys, ILogger<AddressAnnouncer> logger) : BackgroundService
{
    private const int Waiting = 4096;

    private readonly Channel<Wish> _wishes = Channel.CreateBounded<Wish>(
        new BoundedChannelOptions(Waiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Takes a wish; the answer comes later, on another thread.</summary>
    public void Ask(in PathEvent wanted) =>
        _wishes.Writer.TryWrite(new Wish(wanted.ConnectionId, wanted.Generation, wanted.Chain, wanted.Step));

    /// <summary>The offer of an actor for a connection; null when the keys are not known.</summary>
    internal static AddressOffer? Offer(AddSubflowActor actor, in Wish wish, ConnectionKeys keys)
    {
        var options = new List<ReadOnlyMemory<byte>>();
        foreach (AnnouncedAddress announced in actor.Announce)
        {
            TcpOption? option = keys.Authenticate(
                wish.ConnectionId, actor.ToServer, announced.Id, System.Net.IPAddress.Parse(AddressOf(announced)), announced.Port);
            if (option is null)
            {
                return null;
            }

            options.Add(option.Bytes);
        }

        return new AddressOffer(
            wish.ConnectionId, actor.ToServer ? Direction.Original : Direction.Reply, wish.Generation, wish.Chain, wish.Step, options);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (Wish wish in _wishes.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                Answer(in wish);
            }
            catch (DataPlaneException failure)
            {
                LogFailure(logger, failure.Message);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static string AddressOf(AnnouncedAddress announced) => announced.Address.ToString().Split('/')[0];

    private void Answer(in Wish wish)
    {
        (AppliedPolicy? applied, PolicyDocument? document) = policies.Running;
        if (applied is null || document is null || applied.Generation != wish.Generation || wish.Chain < 0 || wish.Chain >= applied.Chains.Count)
        {
            return;
        }

        string name = applied.Chains[wish.Chain].Name;
        Chain? chain = document.Chains.FirstOrDefault(c => c.Name == name);
        if (chain is null || wish.Step >= chain.Actors.Count || chain.Actors[wish.Step] is not AddSubflowActor actor)
        {
            return;
        }

        if (Offer(actor, in wish, keys) is { } offer && dataPlane.OfferAddresses(offer) < offer.Options.Count)
        {
            LogFull(logger, name, TrackedConnection.NameOf(wish.ConnectionId));
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "Addresses could not be offered: {Failure}")]
    private static partial void LogFailure(ILogger logger, string failure);

    [LoggerMessage(2102, LogLevel.Warning, "Chain {Chain} announces more addresses than connection {Connection} has places for.")]
    private static partial void LogFull(ILogger logger, string chain, string connection);

    /// <summary>What an add_subflow asked for.</summary>
    internal readonly record struct Wish(ulong ConnectionId, uint Generation, int Chain, int Step);
}
