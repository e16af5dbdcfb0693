using Spectre.Console;

namespace Gateway.Cli;

/// <summary>A field of a table.</summary>
internal readonly record struct Cell(string Text, Style? Style = null)
{
    private static readonly Style s_good = new(Color.Green);
    private static readonly Style s_bad = new(Color.Red);
    private static readonly Style s_dim = new(Color.Grey);

    public static implicit operator Cell(string text) => new(text.Length == 0 ? "-" : text);

    public static implicit operator Cell(uint number) => Words.Number(number);

    public static implicit operator Cell(ulong number) => Words.Number(number);

    internal static Cell Good(string text) => new(text, s_good);

    internal static Cell Bad(string text) => new(text, s_bad);

    internal static Cell Dim(string text) => new(text, s_dim);
}
