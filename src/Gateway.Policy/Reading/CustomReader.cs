using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Reads what is said of a custom operator: its name alone, or with the numbers it is given.</summary>
internal sealed class CustomReader(NodeReader nodes)
{
    internal const string Hint = "Write it like {operator: lower_mss, args: [1200]}; operators are loaded with 'gatewayctl operator load'.";

    private static readonly string[] s_keys = ["operator", "args"];

    public (string Operator, ValueList<ulong> Arguments)? Read()
    {
        if (nodes.Events.Current is Scalar)
        {
            return nodes.TryReadScalar(Hint, out string alone) ? (alone, []) : null;
        }

        SourcePosition start = nodes.Events.Position;
        string? name = null;
        ValueList<ulong>? arguments = [];
        bool complete = nodes.ReadMapping(s_keys, Hint, key =>
        {
            if (key == 0)
            {
                name = nodes.TryReadScalar(Hint, out string text) ? text : "";
            }
            else
            {
                arguments = nodes.ReadOneOrMany<ulong>(ScalarParsers.Number, Hint, mayBeEmpty: true);
            }
        });
        if (complete && name is null)
        {
            nodes.MissingKey(start, s_keys[0], Hint);
        }

        return complete && name is not null && arguments is not null ? (name, arguments) : null;
    }
}
