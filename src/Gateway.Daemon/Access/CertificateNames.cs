using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Daemon.Access;

/// <summary>Names in a certificate's subject alternative name (RFC 5280, section 4.2.1.6).</summary>
/// <param name="Uris">URIs, in their order.</param>
/// <param name="Dns">DNS names, in their order.</param>
internal sealed record CertificateNames(IReadOnlyList<string> Uris, IReadOnlyList<string> Dns)
{
    private const string SubjectAlternativeName = "2.5.29.17";

    // GeneralName: dNSName [2], uniformResourceIdentifier [6].
    private static readonly Asn1Tag s_dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag s_uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Reads them; of an extension that is damaged none count.</summary>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        List<string> uris = [], dns = [];
        try
        {
            foreach (X509Extension extension in certificate.Extensions.Where(e => e.Oid?.Value == SubjectAlternativeName))
            {
                var reader = new AsnReader(extension.RawData, AsnEncodingRules.DER);
                AsnReader names = reader.ReadSequence();
                reader.ThrowIfNotEmpty();
                while (names.HasData)
                {
                    Asn1Tag tag = names.PeekTag();
                    if (tag.HasSameClassAndValue(s_uri))
                    {
                        uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, s_uri));
                    }
                    else if (tag.HasSameClassAndValue(s_dns))
                    {
                        dns.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, s_dns));
                    }
                    else
                    {
                        names.ReadEncodedValue();
                    }
                }
            }
        }
        catch (AsnContentException)
        {
            return new CertificateNames([], []);
        }

        return new CertificateNames(uris, dns);
    }
}
