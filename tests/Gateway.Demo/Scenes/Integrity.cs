using Gateway.Lab;

namespace Gateway.Demo;

/// <summary>What holds in every scene: no checksum error on either host, and content that arrived as it was sent.</summary>
public sealed class Integrity
{
    private readonly MptcpLab _lab;
    private readonly Nstat _client;
    private readonly Nstat _server;
    private bool _contentOk = true;

    private Integrity(MptcpLab lab, Nstat client, Nstat server)
    {
        _lab = lab;
        _client = client;
        _server = server;
    }

    /// <summary>Starts watching a lab.</summary>
    public static async Task<Integrity> WatchAsync(MptcpLab lab) =>
        new(lab, await lab.Client.ReadNstatAsync().ConfigureAwait(false), await lab.Server.ReadNstatAsync().ConfigureAwait(false));

    /// <summary>Takes a finished transfer into account.</summary>
    public void Note(TransferResult result) => _contentOk &= result.ContentOk;

    /// <summary>A host counter's growth since the watch began, both hosts together.</summary>
    public async Task<long> GrowthAsync(params string[] counters)
    {
        Nstat client = (await _lab.Client.ReadNstatAsync().ConfigureAwait(false)).Since(_client);
        Nstat server = (await _lab.Server.ReadNstatAsync().ConfigureAwait(false)).Since(_server);
        return counters.Sum(counter => client[counter] + server[counter]);
    }

    /// <summary>Adds checksum_errors and content_ok; returns whether both are as they must be.</summary>
    public async Task<bool> ReportAsync(Figures figures)
    {
        long errors = await GrowthAsync("TcpInCsumErrors").ConfigureAwait(false);
        figures.Count("checksum_errors", errors).Flag("content_ok", _contentOk);
        return errors == 0 && _contentOk;
    }
}
