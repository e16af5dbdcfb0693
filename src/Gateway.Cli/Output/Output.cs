using Google.Protobuf;

namespace Gateway.Cli;

/// <summary>Prints messages: as JSON or YAML for programs, or as text for people.</summary>
internal sealed class Output
{
    private const int UnlimitedWidth = 100_000;
    private const int UsualWidth = 80;

    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    private readonly TextWriter _writer;
    private readonly OutputFormat _format;
    private readonly bool _ansi;
    private readonly int _width;

    private Output(TextWriter writer, OutputFormat format, bool ansi, int width)
    {
        _writer = writer;
        _format = format;
        _ansi = ansi;
        _width = width;
    }

    /// <summary>Whether a program reads the output.</summary>
    internal bool ForPrograms => _format != OutputFormat.Table;

    /// <summary>The standard output; in colour when it is a terminal and NO_COLOR is not set (no-color.org).</summary>
    internal static Output Open(OutputFormat format)
    {
        bool terminal = !Console.IsOutputRedirected;
        bool ansi = terminal
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        int width = !terminal ? UnlimitedWidth : Console.WindowWidth > 0 ? Console.WindowWidth : UsualWidth;
        return new Output(StandardOutput.Open(), format, ansi, width);
    }

    /// <summary>Prints the one answer of a command.</summary>
    internal void Print<T>(T message, Action<T, Page> people)
        where T : IMessage
    {
        if (ForPrograms)
        {
            PrintMessage(message);
            return;
        }

        using StringWriter text = new();
        people(message, new Page(text, _ansi, _width));
        _writer.Write(string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd())));
    }

    /// <summary>Prints one message of a stream.</summary>
    internal void PrintLine<T>(T message, Func<T, string> people)
        where T : IMessage
    {
        if (ForPrograms)
        {
            PrintMessage(message);
        }
        else
        {
            _writer.WriteLine(people(message));
        }
    }

    /// <summary>Prints text as it is.</summary>
    internal void PrintRaw(string text) => _writer.Write(text);

    private void PrintMessage(IMessage message)
    {
        string json = s_json.Format(message);
        if (_format == OutputFormat.Yaml)
        {
            _writer.Write(YamlDocument.Of(json));
        }
        else
        {
            _writer.WriteLine(json);
        }
    }
}
