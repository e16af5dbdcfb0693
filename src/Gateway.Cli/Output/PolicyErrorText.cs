using Gateway.V1;

namespace Gateway.Cli;

/// <summary>Policy errors the way compilers print theirs, so that editors find the place.</summary>
internal static class PolicyErrorText
{
    /// <summary>"file.yaml:3:7: message (path) - hint" on one line; what the error does not have is left out.</summary>
    internal static string Format(string file, PolicyError error)
    {
        string place = error.Line == 0 ? file : $"{file}:{Words.Number(error.Line)}:{Words.Number(error.Column)}";
        string path = error.Path.Length == 0 ? "" : $" ({error.Path})";
        string hint = error.Hint.Length == 0 ? "" : $" - {error.Hint}";
        return $"{place}: {error.Message}{path}{hint}".ReplaceLineEndings(" ");
    }
}
