namespace Gateway.Cli;

/// <summary>A gateway that gatewayctl can be told to talk to: by a Unix socket, or by an address with certificates.</summary>
internal sealed record GatewayContext(string Name)
{
    public string? Socket { get; init; }

    public string? Address { get; init; }

    public string? Ca { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }

    /// <summary>The name that the daemon's certificate must have; null = the host of the address.</summary>
    public string? ServerName { get; init; }
}
