using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gateway.Cli;

/// <summary>An option with a few named values; the first is the default.</summary>
internal sealed class Choice<T> : Option<string>
{
    private readonly (string Name, T Value)[] _values;

    internal Choice(string name, string description, params (string Name, T Value)[] values)
        : base(name)
    {
        _values = values;
        Description = description;
        HelpName = string.Join('|', values.Select(value => value.Name));
        DefaultValueFactory = _ => values[0].Name;
        AcceptOnlyFromAmong([.. values.Select(value => value.Name)]);
    }

    /// <summary>The value chosen on this command line.</summary>
    internal T Of(ParseResult result) => Of(result.GetValue(this));

    /// <summary>The value chosen, for a validator, which also sees wrong command lines.</summary>
    internal T Of(SymbolResult result) => Of(result.GetValue(this));

    private T Of(string? name) => Array.Find(_values, value => value.Name == name).Value;
}
