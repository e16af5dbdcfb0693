using Gateway.Demo;
using Gateway.Lab;

namespace Gateway.Adverse;

/// <summary>One fault at one site: an upload and a download at once, while policies take turns.</summary>
internal sealed class AdverseCase(Site site, Fault fault, MptcpLab lab, GatewayUnderLab gateway, StepLog log)
{
    private const int BurstSwaps = 5, CutSwaps = 3;
    private const long Least = 2_000_000, LeastWhileCut = 300_000, LeastAfterReturn = 100_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Never to grow, whatever the network does: what arrives was changed without its checksum, or MPTCP was lost.</summary>
    private static readonly string[] s_never =
    [
        "TcpInCsumErrors", "IpExtInCsumErrors", "IpInHdrErrors", "Ip6InHdrErrors",
        "MPTcpExtDataCsumErr", "MPTcpExtMPFailTx", "MPTcpExtMPFailRx", "MPTcpExtDSSCorruptionReset",
        "MPTcpExtMPJoinSynAckHMacFailure", "MPTcpExtMPJoinAckHMacFailure",
    ];

    /// <summary>What a reader wants to see.</summary>
    private static readonly string[] s_told = ["TcpRetransSegs", "TcpExtTCPOFOQueue", "TcpExtTCPDSACKOldSent", "TcpExtTCPDSACKOfoSent", "MPTcpExtMPPrioRx", "MPTcpExtMPTCPRetrans"];

    private readonly List<string> _problems = [];
    private readonly PolicyRotation _rotation = new(lab, gateway, log);
    private readonly Netem _netem = new(lab);
    private Nstat? _client, _server;

    /// <summary>Runs it.</summary>
    internal async Task<CaseResult> RunAsync()
    {
        TransferResult? up = null, down = null;
        long lost = 0;
        try
        {
            _client = await lab.Client.ReadNstatAsync();
            _server = await lab.Server.ReadNstatAsync();
            await _netem.SetAsync(fault);
            // The first policy is the one that connections must begin with.
            await _rotation.SwapAsync();
            await using HostRecording? recording = site.Options.DssChecksum ? await HostRecording.StartAsync(lab) : null;
            Transfer[] both = await Task.WhenAll(StartAsync(Direction.Upload), StartAsync(Direction.Download));
            await using Transfer upload = both[0], download = both[1];
            await SteerAsync(upload, download);
            lost = await _netem.LostAsync();
            log.Tell("transfers end");
            TransferResult[] ends = await Task.WhenAll(upload.StopAsync(), download.StopAsync());
            (up, down) = (ends[0], ends[1]);
            await _rotation.NoteAsync();
            await VerifyAsync(recording);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _problems.Add($"{e.Message}\n{gateway.Transcript}");
        }

        Check("upload", up);
        Check("download", down);
        Dictionary<string, long> grown = await CheckHostsAsync(lost);
        CheckGateway();
        await _netem.RemoveAsync();
        await gateway.Client.Policies.ClearAsync();
        return new CaseResult(
            site.Name, fault.Name, _problems.Count == 0, Math.Round(log.Seconds, 1), up?.Bytes ?? 0, down?.Bytes ?? 0,
            _rotation.Swaps, _rotation.Acted, lost, grown, _problems);
    }

    private Task<Transfer> StartAsync(Direction direction) => lab.StartTransferAsync(new TransferSpec { Direction = direction, Timeout = TimeSpan.FromMinutes(6) });

    private async Task SteerAsync(Transfer upload, Transfer download)
    {
        log.Tell("transfers start");
        await Task.WhenAll(upload.WaitForBytesAsync(100_000, s_patience), download.WaitForBytesAsync(100_000, s_patience));
        await Wait.UntilAsync(
            async () => (await lab.Client.ReadSubflowsAsync()).Count(s => s.Joined) >= 2, "both connections have a second subflow", s_patience);
        log.Tell("both have two subflows");
        int rewritten = (await lab.Server.ReadSubflowsAsync()).Count(s =>
            s.Mptcp && s.Peer.Port >= PolicyRotation.RewrittenPorts.First && s.Peer.Port <= PolicyRotation.RewrittenPorts.Last);
        Expect(rewritten >= 2, $"the server sees {rewritten} subflows from rewritten ports, not at least those of both connections");

        await _rotation.BurstAsync(BurstSwaps);
        await _rotation.WholeTurnAsync();
        if (fault.CutsPaths)
        {
            foreach (LabPath path in lab.Paths)
            {
                log.Tell($"path {path.Number} is cut");
                await CutAsync(path, upload, download);
            }
        }

        log.Tell("last turn of the policies");
        await _rotation.WholeTurnAsync();
        await Task.WhenAll(upload.WaitForBytesAsync(Least, s_patience), download.WaitForBytesAsync(Least, s_patience));
    }

    /// <summary>Both connections go on by the other path, and by this one when it is back.</summary>
    private async Task CutAsync(LabPath path, Transfer upload, Transfer download)
    {
        await _netem.CutAsync(path);
        Task moving = Task.WhenAll(
            upload.WaitForBytesAsync(upload.Bytes + LeastWhileCut, s_patience), download.WaitForBytesAsync(download.Bytes + LeastWhileCut, s_patience));
        await _rotation.BurstAsync(CutSwaps);
        await moving;

        await _netem.ReturnAsync(path);
        // A backup path would carry nothing beside the other.
        await _rotation.PromoteAsync();
        PathReading returned = await lab.ReadPathsAsync();
        await Wait.UntilAsync(
            async () =>
            {
                PathRates since = (await lab.ReadPathsAsync()).Since(returned);
                return since.Bytes(path.Number, Direction.Upload) + since.Bytes(path.Number, Direction.Download) > LeastAfterReturn;
            },
            $"path {path.Number} carries data again",
            s_patience);
    }

    /// <summary>Says at which ends DSS checksums are wrong: only what is right where it was sent went wrong on the way.</summary>
    private async Task VerifyAsync(HostRecording? recording)
    {
        foreach (NicRecording nic in recording is null ? [] : await recording.StopAsync())
        {
            DssVerdict verdict = nic.VerifyDss();
            log.Tell($"{verdict.Name}: {verdict.Right} DSS checksums fit, {verdict.Wrong.Count} things are wrong, of {verdict.Unknown} mappings bytes are missing{(nic.IsWhole ? "" : ", frames were lost to tcpdump")}");
            _problems.AddRange(verdict.Wrong);
            Expect(verdict.Right > 0, $"{verdict.Name}: no DSS checksum was verified");
        }
    }

    private void Check(string which, TransferResult? result)
    {
        if (result is null)
        {
            _problems.Add($"the {which} did not come to its end");
            return;
        }

        Expect(result.Lost == 0 && result.ContentOk, $"the {which} is not whole: {result.Errors} {result.Connections[0]}");
        Expect(!result.PlainTcp, $"the {which} is plain TCP at one end: {result.Connections[0]}");
        Expect(result.Subflows >= 2, $"the {which} ended with {result.Subflows} subflow");
    }

    private async Task<Dictionary<string, long>> CheckHostsAsync(long lost)
    {
        Nstat client = (await lab.Client.ReadNstatAsync()).Since(_client!), server = (await lab.Server.ReadNstatAsync()).Since(_server!);
        foreach ((string host, Nstat grown) in new[] { ("client", client), ("server", server) })
        {
            foreach ((string counter, long value) in grown.NonZero.Where(c => s_never.Contains(c.Key)
                || (c.Key.StartsWith("MPTcpExt", StringComparison.Ordinal) && c.Key.Contains("Fallback", StringComparison.Ordinal))))
            {
                _problems.Add($"the {host} counts {value} {counter}");
            }
        }

        Expect(client["MPTcpExtMPPrioRx"] + server["MPTcpExtMPPrioRx"] > 0, "no host was told of backup");
        Expect(fault.Evidence.Length == 0 || fault.Evidence.Any(c => client[c] + server[c] > 0), $"none of {string.Join(", ", fault.Evidence)} grew: the fault was none");
        Expect(lost > 0 || !(fault.CutsPaths || fault.Netem.Contains("loss", StringComparison.Ordinal)), "netem dropped nothing");
        return s_told.ToDictionary(c => c, c => client[c] + server[c]);
    }

    private void CheckGateway()
    {
        _problems.AddRange(_rotation.Wrong);
        foreach (string actor in _rotation.Actors.Where(a => _rotation.Acted.GetValueOrDefault(a) == 0))
        {
            _problems.Add($"{actor} never acted");
        }
    }

    private void Expect(bool holds, string problem)
    {
        if (!holds)
        {
            _problems.Add(problem);
        }
    }
}
