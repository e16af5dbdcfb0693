using System.CommandLine;
using System.Net;
using Gateway.Lab;

var root = new RootCommand("A client, a gateway and a server in network namespaces, with the kernel's Multipath TCP.")
{
    Up(), Clean(), Serve(), Send(), Flows(), Delay(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
}
catch (Exception e) when (e is ToolFailedException or ArgumentException or IOException or System.ComponentModel.Win32Exception)
{
    Console.Error.WriteLine($"gateway-lab: {e.Message}");
    return 1;
}

static Command Up()
{
    var mode = new Option<LabMode>("--mode") { Description = "routed, bridged, wire or spread." };
    var family = new Option<Family>("--family") { Description = "v4 or v6: family of the endpoints." };
    var rate = new Option<double?>("--rate-mbps") { Description = "Rate of each path." };
    var delay = new Option<int>("--delay-ms") { Description = "One-way delay of each path." };
    var command = new Command("up", "Raises a lab and keeps it until this process is ended.") { mode, family, rate, delay };
    command.SetAction(async (parse, cancellation) =>
    {
        var link = new LinkOptions(parse.GetValue(rate), parse.GetValue(delay));
        MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Mode = parse.GetValue(mode),
            Family = parse.GetValue(family),
            Path1 = link,
            Path2 = link,
        }).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            Console.WriteLine(lab.Name);
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }

        return 0;
    });
    return command;
}

static Command Clean()
{
    var command = new Command("clean", "Removes what labs of dead processes left.");
    command.SetAction(_ =>
    {
        foreach (string name in MptcpLab.CleanLeftovers())
        {
            Console.WriteLine($"removed {name}");
        }

        return 0;
    });
    return command;
}

static Command Serve()
{
    var port = new Option<int>("--port") { DefaultValueFactory = _ => MptcpLab.Port };
    var command = new Command("serve", "Accepts transfers on MPTCP sockets; ends when its input closes.") { port };
    command.SetAction(parse => TransferServer.Run(parse.GetValue(port)));
    return command;
}

static Command Send()
{
    var to = new Option<string>("--to") { Required = true, Description = "address:port" };
    var mptcp = new Option<bool>("--mptcp") { DefaultValueFactory = _ => true };
    var id = new Option<ulong>("--id");
    var direction = new Option<Direction>("--direction");
    var bytes = new Option<long>("--bytes") { DefaultValueFactory = _ => long.MaxValue };
    var milliseconds = new Option<long>("--milliseconds") { Description = "Duration, or the pause between pings." };
    var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 1 };
    var verify = new Option<bool>("--verify");
    var ping = new Option<int>("--ping") { Description = "Number of requests; a transfer when 0." };
    var size = new Option<int>("--size") { DefaultValueFactory = _ => 64 };
    var command = new Command("send", "Runs one transfer or ping.")
    {
        to, mptcp, id, direction, bytes, milliseconds, connections, verify, ping, size,
    };
    command.SetAction(parse =>
    {
        var client = new TransferClient(IPEndPoint.Parse(parse.GetRequiredValue(to)), parse.GetValue(mptcp));
        if (parse.GetValue(ping) > 0)
        {
            return client.Ping(
                parse.GetValue(id), parse.GetValue(ping), parse.GetValue(size), TimeSpan.FromMilliseconds(parse.GetValue(milliseconds)));
        }

        RequestKind kind = parse.GetValue(direction) == Direction.Upload ? RequestKind.Upload : RequestKind.Download;
        return client.Transfer(
            new Request(kind, parse.GetValue(verify), parse.GetValue(id), parse.GetValue(bytes), parse.GetValue(milliseconds)),
            parse.GetValue(connections));
    });
    return command;
}

static Command Flows()
{
    var to = new Option<string>("--to") { Required = true, Description = "address:port" };
    var command = new Command("flows", "Times downloads: one for each line \"tcp BYTES\" or \"mptcp BYTES\" of its input.") { to };
    command.SetAction(parse => new FlowClient(IPEndPoint.Parse(parse.GetRequiredValue(to))).Run());
    return command;
}

static Command Delay()
{
    var input = new Option<string>("--in") { Required = true };
    var output = new Option<string>("--out") { Required = true };
    var delay = new Option<int>("--delay-ms") { Required = true };
    var command = new Command("delay-line", "Relays frames between two interfaces, each with a delay.") { input, output, delay };
    command.SetAction(parse =>
        new DelayLine(
            parse.GetRequiredValue(input), parse.GetRequiredValue(output), TimeSpan.FromMilliseconds(parse.GetRequiredValue(delay))).Run());
    return command;
}
