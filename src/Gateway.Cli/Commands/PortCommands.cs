using System.CommandLine;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl port: the NICs the packet programs are attached to.</summary>
internal static class PortCommands
{
    internal static Command Create(Session session) =>
        new("port", "The NICs the packet programs are attached to.") { Attach(session), Detach(session), List(session) };

    private static Command Attach(Session session)
    {
        Argument<string> nic = Nic("NIC to attach.");
        Choice<PortMode> mode = new(
            "--mode", "host: the kernel forwards. wire: what enters one port of a pair leaves by the other.",
            ("host", PortMode.Host), ("wire", PortMode.Wire));
        Option<string> peer = new("--peer") { Description = "The other port of the pair, with --mode wire.", HelpName = "NIC", DefaultValueFactory = _ => "" };
        Choice<XdpMode> xdp = new(
            "--xdp", "native: in the driver; a NIC without it is refused. generic: in the stack, slower, on any NIC. "
            + "off: TC ingress instead, on any NIC in host mode; super-packets of veth and tap stay whole.",
            ("native", XdpMode.Native), ("generic", XdpMode.Generic), ("off", XdpMode.Off));
        Choice<ChecksumMode> checksum = new(
            "--checksum",
            "TCP checksums of the senders behind the port. complete: as on any wire. partial: hosts behind veth or tap with tx offload on. "
            + "probe: read for each packet (veth). auto: chosen by the driver.",
            ("auto", ChecksumMode.Unspecified), ("complete", ChecksumMode.Complete), ("partial", ChecksumMode.Partial), ("probe", ChecksumMode.Probe));
        Command command = new("attach", "Attaches the packet programs to a NIC, in wire mode to a pair.") { nic, mode, peer, xdp, checksum };
        command.Validators.Add(result =>
        {
            bool wire = mode.Of(result) == PortMode.Wire;
            if (wire && string.IsNullOrEmpty(result.GetValue(peer)))
            {
                result.AddError("--mode wire needs the other port of the pair: add --peer NIC.");
            }
            else if (!wire && !string.IsNullOrEmpty(result.GetValue(peer)))
            {
                result.AddError("--peer is for pairs: add --mode wire, or leave it out.");
            }
        });
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            AttachPortRequest request = new()
            {
                Nic = call.Arguments.GetRequiredValue(nic),
                Mode = mode.Of(call.Arguments),
                Peer = call.Arguments.GetValue(peer),
                Xdp = xdp.Of(call.Arguments),
                Checksum = checksum.Of(call.Arguments),
            };
            call.Output.Print(await call.Gateway.Ports.AttachAsync(request, cancellationToken).ConfigureAwait(false), PortView.Attached);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Detach(Session session)
    {
        Argument<string> nic = Nic("NIC to detach; in wire mode its peer is detached too.");
        Command command = new("detach", "Detaches a NIC, in wire mode the pair.") { nic };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            string name = call.Arguments.GetRequiredValue(nic);
            call.Output.Print(await call.Gateway.Ports.DetachAsync(name, cancellationToken).ConfigureAwait(false), PortView.Detached);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command List(Session session)
    {
        Command command = new("list", "Lists the attached ports.");
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            call.Output.Print(await call.Gateway.Ports.ListAsync(cancellationToken).ConfigureAwait(false), PortView.List);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Argument<string> Nic(string description) => new("NIC") { Description = description };
}
