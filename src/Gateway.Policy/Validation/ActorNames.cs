namespace Gateway.Policy;

/// <summary>The names of actors in a policy file.</summary>
internal static class ActorNames
{
    public static string Of(Actor actor) => actor switch
    {
        SetBackupActor => "set_backup",
        BlkSubflowActor => "blk_subflow",
        RateLimitActor => "rate_limit",
        RedirectActor => "redirect",
        GetConnectActor => "get_connect",
        GetSubflowActor => "get_subflow",
        RecordActor => "record",
        CountActor => "count",
        DropActor => "drop",
        AddSubflowActor => "add_subflow",
        StripMptcpActor => "strip_mptcp",
        CloseSubflowActor => "close_subflow",
        MarkActor => "mark",
        MirrorActor => "mirror",
        TraceActor => "trace",
        RewriteActor => "rewrite",
        CustomActor => "custom",
        _ => "?",
    };
}
