using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Daemon.Access;
using Gateway.Daemon.Configuration;
using Gateway.Rpc;

namespace Gateway.Daemon.Hosting;

/// <summary>Options that say where TCP is served and who may call.</summary>
internal static class AccessOptions
{
    private static readonly Option<string?> s_listen = new("--listen")
    {
        Description = "Serve gRPC on TCP too, to clients with a certificate of --ca only; like 0.0.0.0:9443 or [::]:9443.",
        HelpName = "ADDRESS:PORT",
    };

    private static readonly Option<string?> s_ca = File("--ca", "Certificates of the authorities that clients' certificates come from (PEM).");

    private static readonly Option<string?> s_cert = File("--cert", "The daemon's own certificate for --listen, with intermediate ones behind it (PEM).");

    private static readonly Option<string?> s_key = File("--key", "Its private key (PEM, not encrypted).");

    private static readonly Option<string[]> s_access = new("--access")
    {
        Description = "A caller's role: user:NAME, group:NAME, uri:URI or dns:NAME, then =viewer, =operator or =admin. May be repeated; "
            + "together they stand in place of the file's list.",
        HelpName = "WHO=ROLE",
        Arity = ArgumentArity.OneOrMore,
    };

    public static void AddTo(Command command)
    {
        command.Options.Add(s_listen);
        command.Options.Add(s_ca);
        command.Options.Add(s_cert);
        command.Options.Add(s_key);
        command.Options.Add(s_access);
        s_listen.Validators.Add(static result =>
        {
            if (!ListenAddress.TryParse(result.GetValueOrDefault<string>() ?? "", out _))
            {
                result.AddError("--listen takes an address with a port, like 0.0.0.0:9443 or [::]:9443.");
            }
        });
        s_access.Validators.Add(static result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (!TryParse(token.Value, out _, out string problem))
                {
                    result.AddError($"--access {token.Value}: {problem}");
                }
            }
        });
    }

    /// <summary>Adds what the command line and the file say; the command line wins.</summary>
    /// <exception cref="StartException">TCP is to be served, and something for it is missing.</exception>
    public static DaemonOptions Apply(DaemonOptions options, ParseResult parsed, ConfigurationFile file) => options with
    {
        Access = parsed.GetValue(s_access) is { Length: > 0 } given
            ? [.. given.Select(text => TryParse(text, out AccessRule? rule, out _) ? rule! : throw new ArgumentException(text))]
            : file.Access,
        Listen = Listen(parsed, file.Listen),
        Limits = file.Limits,
    };

    private static ListenAddress? Listen(ParseResult parsed, ListenAddress? file)
    {
        string? address = parsed.GetValue(s_listen) ?? file?.Endpoint.ToString();
        (string Option, string? Value)[] files =
        [
            (s_ca.Name, parsed.GetValue(s_ca) ?? file?.Files.Ca), (s_cert.Name, parsed.GetValue(s_cert) ?? file?.Files.Certificate),
            (s_key.Name, parsed.GetValue(s_key) ?? file?.Files.Key),
        ];
        (string Option, string? Value)[] missing = [.. files.Append((Option: s_listen.Name, Value: address)).Where(option => string.IsNullOrEmpty(option.Value))];
        return missing.Length switch
        {
            4 => null,
            0 when ListenAddress.TryParse(address!, out System.Net.IPEndPoint endpoint) => new ListenAddress(
                endpoint,
                new TlsFiles { Ca = Path.GetFullPath(files[0].Value!), Certificate = Path.GetFullPath(files[1].Value!), Key = Path.GetFullPath(files[2].Value!) }),
            _ => throw new StartException(
                ExitCode.Usage,
                $"TCP is served to clients with certificates only, and {string.Join(", ", missing.Select(option => option.Option))} is missing: "
                + "give --listen ADDRESS:PORT --ca FILE --cert FILE --key FILE, or listen: in the configuration file."),
        };
    }

    private static bool TryParse(string text, out AccessRule? rule, out string problem)
    {
        rule = null;
        problem = "write user:NAME=ROLE, group:NAME=ROLE, uri:URI=ROLE or dns:NAME=ROLE; roles are viewer, operator and admin.";
        int colon = text.IndexOf(':', StringComparison.Ordinal), equals = text.LastIndexOf('=');
        if (colon < 0 || equals < colon || Array.IndexOf(AccessRule.Kinds, text[..colon]) is var kind && kind < 0
            || !RoleNames.TryParse(text[(equals + 1)..], out Role role))
        {
            return false;
        }

        string name = text[(colon + 1)..equals];
        if (AccessRule.Problem((CallerKind)kind, name) is { } wrong)
        {
            problem = wrong;
            return false;
        }

        rule = new AccessRule((CallerKind)kind, name, role);
        return true;
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
