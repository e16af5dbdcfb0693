using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Gateway.Experiments;

/// <summary>Horizontal bars in groups: one group for each category, one bar in it for each series.</summary>
/// <param name="File">File name without ending.</param>
/// <param name="Title">What is shown.</param>
/// <param name="Unit">Label of the value axis, with the unit.</param>
/// <param name="Categories">Groups, from top to bottom.</param>
/// <param name="Series">Name and one value for each category.</param>
/// <param name="Logarithmic">Whether values span orders of magnitude.</param>
public sealed record BarPlot(
    string File,
    string Title,
    string Unit,
    IReadOnlyList<string> Categories,
    IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Series,
    bool Logarithmic = false)
{
    private const double Width = 760, GroupHeight = 26, Frame = 150;

    /// <summary>Writes FILE.svg into a folder and returns its path.</summary>
    public string Write(string folder)
    {
        var model = new PlotModel { Title = Title, TitleFontSize = 15, Background = OxyColors.White };
        var categories = new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, GapWidth = 0.4 };
        categories.Labels.AddRange(Categories);
        model.Axes.Add(categories);
        Axis values = Logarithmic ? new LogarithmicAxis() : new LinearAxis { MinimumPadding = 0.05, MaximumPadding = 0.12 };
        values.Position = AxisPosition.Bottom;
        values.Title = Unit;
        values.MajorGridlineStyle = LineStyle.Dot;
        model.Axes.Add(values);
        foreach ((string name, IReadOnlyList<double> bars) in Series)
        {
            var series = new BarSeries { Title = name, LabelPlacement = LabelPlacement.Outside, LabelFormatString = "{0:0.##}", BaseValue = Logarithmic ? 1 : 0 };
            series.Items.AddRange(bars.Select(value => new BarItem(value)));
            model.Series.Add(series);
        }

        if (Series.Count > 1)
        {
            model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.BottomCenter, LegendOrientation = LegendOrientation.Horizontal });
        }

        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{File}.svg");
        using FileStream stream = System.IO.File.Create(path);
        new SvgExporter { Width = Width, Height = Frame + (GroupHeight * Categories.Count * Math.Max(1.5, Series.Count)) }.Export(model, stream);
        return path;
    }
}
