namespace Gateway.Bpf;

/// <summary>What the kernel knows of a link (struct bpf_link_info).</summary>
/// <param name="Id">Kernel-wide id.</param>
/// <param name="Type">Link type.</param>
/// <param name="ProgramId">Id of the program it runs now.</param>
/// <param name="Ifindex">Its interface; 0 when that is gone or the link was detached. Null for other link types.</param>
/// <param name="AttachType">Where it is attached; null for other link types.</param>
public sealed record BpfLinkInfo(uint Id, BpfLinkType Type, uint ProgramId, int? Ifindex, BpfAttachType? AttachType);
