namespace Gateway.Cli;

/// <summary>A column of a table; numbers stand to the right.</summary>
internal readonly record struct Column(string Heading, bool IsNumber = false)
{
    public static implicit operator Column(string heading) => new(heading);

    internal static Column Number(string heading) => new(heading, true);
}
