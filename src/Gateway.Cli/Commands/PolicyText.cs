using System.Text;

namespace Gateway.Cli;

/// <summary>A policy file as the user named it.</summary>
internal sealed record PolicyText(string Name, string Yaml)
{
    private const string StandardInput = "-";

    /// <summary>Reads a file, or the standard input when the name is "-".</summary>
    /// <exception cref="UnreadableFileException">There is no such file, or it is not UTF-8 text.</exception>
    internal static async Task<PolicyText> ReadAsync(string file, CancellationToken cancellationToken)
    {
        string name = file == StandardInput ? "<stdin>" : file;
        try
        {
            Stream stream = file == StandardInput ? Console.OpenStandardInput() : File.OpenRead(file);
            await using (stream.ConfigureAwait(false))
            {
                using StreamReader reader = new(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
                return new PolicyText(name, await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableFileException($"{name} is not UTF-8 text: save the policy as UTF-8");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UnreadableFileException($"cannot read {name}: {failure.Message}");
        }
    }
}
