using Spectre.Console;

namespace Gateway.Cli;

/// <summary>What a command prints for people.</summary>
internal sealed class Page
{
    private readonly TextWriter _text;
    private readonly IAnsiConsole _console;

    internal Page(TextWriter text, bool ansi, int width)
    {
        _text = text;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        _console.Profile.Width = width;
    }

    internal void Line(string line) => _text.WriteLine(line);

    /// <summary>Names and values, one pair a line.</summary>
    internal void Fields(params ReadOnlySpan<(string Name, Cell Value)> fields)
    {
        Grid grid = new();
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 2, 0), NoWrap = true });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string name, Cell value) in fields)
        {
            grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(value.Text, value.Style));
        }

        _console.Write(grid);
    }

    /// <summary>The table, or a sentence when it has no rows.</summary>
    internal void Table(DataTable table, string whenEmpty)
    {
        if (table.IsEmpty)
        {
            Line(whenEmpty);
        }
        else
        {
            _console.Write(table.Renderable);
        }
    }
}
