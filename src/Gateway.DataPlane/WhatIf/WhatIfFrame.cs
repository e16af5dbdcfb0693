using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>A frame to try a policy on.</summary>
/// <param name="Nic">The port it is at.</param>
/// <param name="Hook">The hook it is at.</param>
/// <param name="Data">Its first bytes, from the Ethernet header on.</param>
/// <param name="Length">Bytes of the whole frame; what is not given is zero.</param>
public sealed record WhatIfFrame(string Nic, Hook Hook, ReadOnlyMemory<byte> Data, int Length);
