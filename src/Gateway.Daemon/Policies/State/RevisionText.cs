using System.Security.Cryptography;
using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>The text of a revision as it is stored.</summary>
internal sealed class RevisionText
{
    /// <summary>Of a policy as it was written.</summary>
    public RevisionText(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
    }

    /// <summary>The text, UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-256 of the bytes, lower case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The canonical text of a policy.</summary>
    public static RevisionText Of(PolicyDocument document) => new(PolicyWriter.WriteUtf8(document));
}
