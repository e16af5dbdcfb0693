namespace Gateway.Daemon.Access;

/// <summary>Roles as they are written in the configuration and in messages.</summary>
internal static class RoleNames
{
    /// <summary>The names a caller can be given.</summary>
    public static string[] Known { get; } = ["viewer", "operator", "admin"];

    public static string Name(this Role role) => role == Role.None ? "none" : Known[(int)role - 1];

    public static bool TryParse(string name, out Role role)
    {
        role = (Role)(Array.IndexOf(Known, name) + 1);
        return role != Role.None;
    }
}
