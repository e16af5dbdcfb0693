namespace Gateway.Policy;

/// <summary>Ends a subflow at both hosts by RST with MP_TCPRST (RFC 8684 section 3.6); its connection goes on.</summary>
/// <param name="Reason">What the hosts are told.</param>
public sealed record CloseSubflowActor(ResetReason Reason) : Actor;
