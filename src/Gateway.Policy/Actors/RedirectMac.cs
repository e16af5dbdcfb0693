namespace Gateway.Policy;

/// <summary>Where the MAC addresses of a redirected packet come from.</summary>
public abstract record RedirectMac;
