using Spectre.Console;

namespace Gateway.Cli;

/// <summary>Rows under headings, without lines, so that a row is a line for other tools too.</summary>
internal sealed class DataTable
{
    private static readonly Style s_heading = new(decoration: Decoration.Bold);
    private readonly Table _table = new() { Border = TableBorder.None };

    internal DataTable(params ReadOnlySpan<Column> columns)
    {
        foreach (Column column in columns)
        {
            _table.AddColumn(new TableColumn(new Text(column.Heading, s_heading))
            {
                Alignment = column.IsNumber ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, 2, 0),
            });
        }
    }

    internal bool IsEmpty => _table.Rows.Count == 0;

    internal Table Renderable => _table;

    internal void Add(params IEnumerable<Cell> cells) =>
        _table.AddRow(cells.Select(cell => new Text(cell.Text, cell.Style)));
}
