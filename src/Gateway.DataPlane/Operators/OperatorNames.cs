using System.Text.RegularExpressions;

namespace Gateway.DataPlane;

/// <summary>Names of operators: as those of chains, in small letters.</summary>
internal static partial class OperatorNames
{
    internal static void Check(string name)
    {
        if (!Allowed().IsMatch(name))
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument,
                $"'{name}' is no name for an operator: use 1 to 48 of the characters a-z, 0-9, _ and -, a letter first.");
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,47}$", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
