using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Gateway.DataPlane.Tests;
using Gateway.DataPlane.Tests.Differential;
using Gateway.DataPlane.Tests.Packets;
using Xunit;
using Xunit.Sdk;

namespace Gateway.Kernels;

/// <summary>
/// Runs the packet tests of Gateway.DataPlane.Tests in this process, all on one bench: loading the programs takes an
/// emulated machine long. Left to run.sh are the long comparisons with random frames and policies, which find errors of
/// the programs and not of a kernel.
/// </summary>
internal static class PacketTests
{
    private static readonly Type[] s_left = [typeof(ClassifyDifferentialTests), typeof(ParseDifferentialTests), typeof(RewriteDifferentialTests)];

    /// <summary>It links an operator into every program, which are loaded again then.</summary>
    private static readonly Type s_last = typeof(HideTimestampsTests);

    internal static async Task<bool> RunAsync()
    {
        int passed = 0, failed = 0;
        using var bench = new PacketBench();
        foreach (Type type in typeof(PacketBench).Assembly.GetTypes().Where(OnBench).Except(s_left).OrderBy(t => t == s_last).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            int before = failed, cases = 0;
            var clock = Stopwatch.StartNew();
            foreach ((MethodInfo method, object?[] row) in Cases(type))
            {
                cases++;
                string? failure = await FailureAsync(type, bench, method, row);
                if (failure is not null)
                {
                    // What is done again after a second is seen too early where a test is compiled for longer than that: the
                    // first time it runs. Told, and not a failure when the test passes now.
                    Report.Write("again", $"{type.Name}.{method.Name}({string.Join(", ", row)})", true, Report.Start(failure));
                    failure = await FailureAsync(type, bench, method, row);
                }

                if (failure is not null)
                {
                    failed++;
                    Report.Write("test", $"{type.Name}.{method.Name}({string.Join(", ", row)})", false, Report.Start(failure));
                }
                else
                {
                    passed++;
                }
            }

            Report.Write("class", type.Name, failed == before, string.Create(CultureInfo.InvariantCulture, $"{cases} in {clock.Elapsed.TotalSeconds:0.0} s"));
        }

        Report.Write("tests", string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"), failed == 0 && passed > 0);
        return failed == 0 && passed > 0;
    }

    private static bool OnBench(Type type) =>
        type.GetConstructors() is [var constructor] && constructor.GetParameters() is [{ ParameterType: var given }] && given == typeof(PacketBench);

    private static IEnumerable<(MethodInfo Method, object?[] Row)> Cases(Type type) =>
        from method in type.GetMethods()
        where method.GetCustomAttribute<FactAttribute>() is { Skip: null }
        from row in method.GetCustomAttribute<TheoryAttribute>() is null
            ? [[]]
            : method.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(method))
        select (method, row);

    /// <summary>What a test says when it fails; null when it passes.</summary>
    private static async Task<string?> FailureAsync(Type type, PacketBench bench, MethodInfo method, object?[] row)
    {
        try
        {
            object test = Activator.CreateInstance(type, bench)!;
            using (test as IDisposable)
            {
                ParameterInfo[] parameters = method.GetParameters();
                object?[] arguments = [.. parameters.Select((p, i) => i < row.Length ? Fit(row[i], p.ParameterType) : p.DefaultValue)];
                if (method.Invoke(test, arguments) is Task running)
                {
                    await running;
                }
            }

            return null;
        }
        catch (TargetInvocationException thrown)
        {
            return thrown.InnerException!.ToString();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure.ToString();
        }
    }

    /// <summary>A number of an attribute as the test's parameter takes it: a literal is an int.</summary>
    private static object? Fit(object? value, Type type) =>
        value is int && type.IsPrimitive ? Convert.ChangeType(value, type, CultureInfo.InvariantCulture) : value;
}
