using System.Globalization;
using System.Reflection;
using Gateway.DataPlane.Tests.Packets;
using Xunit;
using Xunit.Sdk;

namespace Gateway.Kernels;

/// <summary>
/// Runs the packet tests of Gateway.DataPlane.Tests in this process, all on one bench: loading the programs anew for each
/// class, as the ordinary runner does, takes an emulated machine most of an hour.
/// </summary>
internal static class PacketTests
{
    internal static async Task<bool> RunAsync()
    {
        int passed = 0, failed = 0;
        using var bench = new PacketBench();
        foreach (Type type in typeof(PacketBench).Assembly.GetTypes().Where(OnBench).OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            int before = failed;
            foreach ((MethodInfo method, object?[] row) in Cases(type))
            {
                try
                {
                    await InvokeAsync(type, bench, method, row);
                    passed++;
                }
                catch (TargetInvocationException thrown)
                {
                    failed++;
                    Report.Write("test", $"{type.Name}.{method.Name}({string.Join(", ", row)})", false, Report.End(thrown.InnerException!.Message));
                }
                catch (XunitException failure)
                {
                    failed++;
                    Report.Write("test", $"{type.Name}.{method.Name}({string.Join(", ", row)})", false, Report.End(failure.Message));
                }
            }

            Report.Write("class", type.Name, failed == before);
        }

        Report.Write("tests", string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"), failed == 0 && passed > 0);
        return failed == 0 && passed > 0;
    }

    private static bool OnBench(Type type) => type.GetInterfaces().Contains(typeof(IClassFixture<PacketBench>));

    private static IEnumerable<(MethodInfo Method, object?[] Row)> Cases(Type type) =>
        from method in type.GetMethods()
        where method.GetCustomAttribute<FactAttribute>() is { Skip: null }
        from row in method.GetCustomAttribute<TheoryAttribute>() is null
            ? [[]]
            : method.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(method))
        select (method, row);

    private static async Task InvokeAsync(Type type, PacketBench bench, MethodInfo method, object?[] row)
    {
        object test = Activator.CreateInstance(type, bench)!;
        using (test as IDisposable)
        {
            ParameterInfo[] parameters = method.GetParameters();
            object?[] arguments = [.. parameters.Select((p, i) => i < row.Length ? row[i] : p.DefaultValue)];
            if (method.Invoke(test, arguments) is Task running)
            {
                await running;
            }
        }
    }
}
