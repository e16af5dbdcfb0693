namespace Gateway.Daemon.Access;

/// <summary>What calling a method takes.</summary>
/// <param name="Role">The least role.</param>
/// <param name="Changes">It changes something: it is audited.</param>
/// <param name="Large">Its request may carry a policy, a program or many subflows; all others are small.</param>
internal readonly record struct MethodAccess(Role Role, bool Changes = false, bool Large = false);
