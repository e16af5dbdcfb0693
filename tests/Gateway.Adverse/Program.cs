using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Adverse;
using Gateway.Demo;
using Gateway.Lab;

// gateway-adverse MACHINE [REGEX]: what tests/adverse.sh runs inside two virtual machines, 1 and 2. Each case writes one
// JSON object on a line of its own; REGEX selects cases by SITE/FAULT. The exit code is 0 when all of them are as they must be.
if (args.Length is < 1 or > 2 || args[0] is not ("1" or "2"))
{
    Console.Error.WriteLine("gateway-adverse MACHINE [REGEX]");
    return 2;
}

var only = new Regex(args.Length > 1 ? args[1] : "");
var names = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
int failed = 0;
foreach (Site site in Site.All.Where(s => s.Machine == args[0][0] - '0'))
{
    Fault[] faults = [.. site.Faults.Where(f => only.IsMatch($"{site.Name}/{f.Name}"))];
    if (faults.Length == 0)
    {
        continue;
    }

    try
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(site.Options);
        await OffloadsAsync(site, lab);
        Console.WriteLine($"{site.Name}: the lab is raised");
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab, xdp: site.Xdp);
        Console.WriteLine($"{site.Name}: gatewayd serves");
        foreach (Fault fault in faults)
        {
            CaseResult result = await new AdverseCase(site, fault, lab, gateway, new StepLog($"{site.Name}/{fault.Name}")).RunAsync();
            failed += result.Ok ? 0 : 1;
            Console.WriteLine(JsonSerializer.Serialize(result, names));
        }
    }
    catch (Exception e) when (e is not OutOfMemoryException)
    {
        failed++;
        Console.WriteLine($"{site.Name}: {e}");
    }
}

return failed == 0 ? 0 : 1;

static async Task OffloadsAsync(Site site, MptcpLab lab)
{
    foreach (LabPath path in site.Offloads ? [] : lab.Paths)
    {
        // A wire hands over by XDP_REDIRECT, which a veth takes with GRO only.
        string[] off = ["tso", "off", "gso", "off", .. lab.Options.Mode is LabMode.Wire ? (string[])[] : ["gro", "off"]];
        await lab.Client.SetOffloadsAsync(path.ClientNic, off);
        await lab.Server.SetOffloadsAsync(path.ServerNic, off);
    }
}
