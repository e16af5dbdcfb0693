using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Policies;

/// <summary>
/// The state on disk: one line with format version and checksum, then JSON. There are two copies, so that one that is
/// damaged is made good by the other; damaged or newer files are kept aside.
/// </summary>
internal sealed partial class StateFile
{
    private const string Magic = "gateway-policy-state";
    private const int Version = 1;

    private readonly string _path;
    private readonly string _copy;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>A file in a directory that exists.</summary>
    public StateFile(string directory, TimeProvider time, ILogger logger)
    {
        _path = Path.Combine(directory, "policy-state");
        _copy = Path.Combine(directory, "policy-state.copy");
        _time = time;
        _logger = logger;
    }

    /// <summary>Reads the state; an empty one when there is none.</summary>
    /// <exception cref="IOException">A file is there and cannot be read or put aside.</exception>
    public PolicyState Read() => TryRead(_path) ?? TryRead(_copy) ?? PolicyState.Empty;

    /// <summary>Whether exactly this state is on disk; an empty one needs no file.</summary>
    public bool Holds(PolicyState state)
    {
        try
        {
            return File.ReadAllBytes(_path).AsSpan().SequenceEqual(Encode(state));
        }
        catch (FileNotFoundException)
        {
            return state.LastRevision == 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Replaces the state.</summary>
    /// <exception cref="IOException">It cannot be stored; what was there is.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Write(PolicyState state) => AtomicFile.Write(_path, Encode(state));

    /// <summary>Brings the copy up to date; that it fails is logged, as the state itself is good.</summary>
    public void WriteCopy(PolicyState state)
    {
        try
        {
            AtomicFile.Write(_copy, Encode(state));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNoCopy(_logger, _copy, failure.Message);
        }
    }

    internal static byte[] Encode(PolicyState state)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.PolicyState);
        byte[] head = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Magic} {Version} sha256={Convert.ToHexStringLower(SHA256.HashData(json))}\n"));
        return [.. head, .. json];
    }

    /// <summary>Reads what <see cref="Encode"/> wrote, and of a newer format what this one knows.</summary>
    /// <param name="content">The file.</param>
    /// <param name="version">Version of its format.</param>
    /// <exception cref="InvalidDataException">It is something else or damaged.</exception>
    internal static PolicyState Decode(byte[] content, out int version)
    {
        version = 0;
        int end = Array.IndexOf(content, (byte)'\n');
        string[] head = end < 0 ? [] : Encoding.ASCII.GetString(content, 0, end).Split(' ');
        if (head is not [Magic, _, _] || !int.TryParse(head[1], NumberStyles.None, CultureInfo.InvariantCulture, out version))
        {
            throw new InvalidDataException("it is no policy state");
        }

        ReadOnlySpan<byte> json = content.AsSpan(end + 1);
        if (head[2] != $"sha256={Convert.ToHexStringLower(SHA256.HashData(json))}")
        {
            throw new InvalidDataException("its checksum is wrong");
        }

        try
        {
            return JsonSerializer.Deserialize(json, StateJson.Default.PolicyState) ?? throw new InvalidDataException("it is empty");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"it cannot be read: {failure.Message}", failure);
        }
    }

    private PolicyState? TryRead(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] content = File.ReadAllBytes(path);
        int version = 0;
        try
        {
            PolicyState state = Decode(content, out version);
            if (version > Version)
            {
                // What this version does not know is lost when it writes: the file as it is stays.
                string kept = Aside(path, "newer");
                AtomicFile.Write(kept, content);
                LogNewer(_logger, path, version, Version, kept);
            }

            return state;
        }
        catch (InvalidDataException failure)
        {
            string aside = Aside(path, version > Version ? "newer" : "corrupt");
            AtomicFile.Rename(path, aside);
            LogAside(_logger, path, failure.Message, aside);
            return null;
        }
    }

    private string Aside(string path, string kind) => $"{path}.{kind}-{_time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}";

    [LoggerMessage(1111, LogLevel.Error, "The policy state {Path} is not used: {Why}. It is kept as {Aside}.")]
    private static partial void LogAside(ILogger logger, string path, string why, string aside);

    [LoggerMessage(
        1116, LogLevel.Error,
        "The policy state {Path} has format {Format} of a newer gatewayd; this one reads up to {Known} and uses what it knows. The file is kept as {Kept}.")]
    private static partial void LogNewer(ILogger logger, string path, int format, int known, string kept);

    [LoggerMessage(1112, LogLevel.Warning, "The copy of the policy state {Path} is not up to date: {Why}")]
    private static partial void LogNoCopy(ILogger logger, string path, string why);
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PolicyState))]
internal sealed partial class StateJson : JsonSerializerContext;
