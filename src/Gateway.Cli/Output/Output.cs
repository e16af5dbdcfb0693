using Google.Protobuf;

namespace Gateway.Cli;

/// <summary>Prints messages: as JSON for programs, one object a line, or as text for people.</summary>
internal sealed class Output
{
    private const int UnlimitedWidth = 100_000;
    private const int UsualWidth = 80;

    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    private readonly TextWriter _writer;
    private readonly bool _ansi;
    private readonly int _width;

    private Output(TextWriter writer, bool json, bool ansi, int width)
    {
        _writer = writer;
        Json = json;
        _ansi = ansi;
        _width = width;
    }

    /// <summary>Whether a program reads the output.</summary>
    internal bool Json { get; }

    /// <summary>The standard output; in colour when it is a terminal and NO_COLOR is not set (no-color.org).</summary>
    internal static Output Open(bool json)
    {
        bool terminal = !Console.IsOutputRedirected;
        bool ansi = terminal
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        int width = !terminal ? UnlimitedWidth : Console.WindowWidth > 0 ? Console.WindowWidth : UsualWidth;
        return new Output(StandardOutput.Open(), json, ansi, width);
    }

    /// <summary>Prints the one answer of a command.</summary>
    internal void Print<T>(T message, Action<T, Page> people)
        where T : IMessage
    {
        if (Json)
        {
            PrintJson(message);
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
        if (Json)
        {
            PrintJson(message);
        }
        else
        {
            _writer.WriteLine(people(message));
        }
    }

    /// <summary>Prints text as it is.</summary>
    internal void PrintRaw(string text) => _writer.Write(text);

    private void PrintJson(IMessage message) => _writer.WriteLine(s_json.Format(message));
}
