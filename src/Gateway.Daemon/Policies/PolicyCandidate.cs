using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>A policy that is ready to run.</summary>
/// <param name="Document">The policy.</param>
/// <param name="Compiled">Compiled for <paramref name="Environment"/>.</param>
/// <param name="Environment">The ports, with those it names that are not attached yet.</param>
internal sealed record PolicyCandidate(PolicyDocument Document, CompiledPolicy Compiled, PolicyEnvironment Environment);
