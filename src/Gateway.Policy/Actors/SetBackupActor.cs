namespace Gateway.Policy;

/// <summary>Sends MP_PRIO (RFC 8684 section 3.3.8) toward the receiver of the selected packets.</summary>
/// <param name="Backup">Demote the subflow to backup, or promote it again.</param>
public sealed record SetBackupActor(bool Backup) : Actor;
