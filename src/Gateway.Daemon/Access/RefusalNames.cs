using System.Text.Json;

namespace Gateway.Daemon.Access;

/// <summary>Refusals as they are written in the API and the audit log.</summary>
internal static class RefusalNames
{
    /// <summary>Like "NO_CERTIFICATE".</summary>
    public static string Name(this AccessRefusal refusal) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(refusal.ToString());
}
