namespace Gateway.Lab;

/// <summary>The frames of one NIC.</summary>
/// <param name="Host">Whose it is.</param>
/// <param name="Nic">Its name.</param>
/// <param name="File">The capture, as tcpdump writes it.</param>
/// <param name="IsWhole">Whether it ended without a frame that there was no room for.</param>
public sealed record NicRecording(NetworkNamespace Host, string Nic, string File, bool IsWhole)
{
    /// <summary>The frames in the words of tcpdump, one line each.</summary>
    public async Task<IReadOnlyList<string>> ReadTextAsync() =>
        (await Host.RunAsync("tcpdump", "-nn", "-t", "-r", File)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether the DSS checksums in it are right.</summary>
    public DssVerdict VerifyDss()
    {
        using FileStream recorded = System.IO.File.OpenRead(File);
        return DssVerdict.Of(Nic, recorded);
    }
}
