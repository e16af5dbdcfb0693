using Gateway.Kernels;

// gateway-kernels REFUSED-OBJECT: what tests/kernels.sh runs inside a virtual machine. Each line of its output is one JSON
// object; the exit code is 0 when everything that must load loads and every packet test passes.
if (args.Length != 1)
{
    Console.Error.WriteLine("gateway-kernels REFUSED-OBJECT");
    return 2;
}

bool whole = KernelCheck.Features();
whole &= KernelCheck.Loads();
whole &= KernelCheck.Refuses(args[0]);
whole &= await PacketTests.RunAsync();
return whole ? 0 : 1;
