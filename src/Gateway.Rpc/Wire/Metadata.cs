using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Rpc;

/// <summary>
/// Headers or trailers of a call, in order; a key may occur more than once. Keys are lower case letters,
/// digits and "_.-"; values are printable ASCII, or any bytes under a key that ends in "-bin"
/// (gRPC core, doc/PROTOCOL-HTTP2.md, Custom-Metadata).
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The name Grpc.Core gives it.")]
public sealed class Metadata : IReadOnlyCollection<Metadata.Entry>
{
    /// <summary>Ending of the keys whose values are bytes.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    private readonly List<Entry> _entries = [];
    private readonly bool _readOnly;

    /// <summary>Creates an empty collection.</summary>
    public Metadata()
    {
    }

    private Metadata(bool readOnly) => _readOnly = readOnly;

    /// <summary>No entries; cannot be added to.</summary>
    public static Metadata Empty { get; } = new(readOnly: true);

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds an entry at the end.</summary>
    /// <exception cref="InvalidOperationException">This is <see cref="Empty"/>.</exception>
    public void Add(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (_readOnly)
        {
            throw new InvalidOperationException("Metadata.Empty cannot be added to: create new Metadata.");
        }

        _entries.Add(item);
    }

    /// <summary>Adds a text entry at the end.</summary>
    /// <exception cref="ArgumentException">The key or the value has characters that cannot be sent.</exception>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds a binary entry at the end.</summary>
    /// <exception cref="ArgumentException">The key does not end in "-bin" or has characters that cannot be sent.</exception>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <summary>The last entry with this key, or null.</summary>
    public Entry? Get(string key) =>
        _entries.FindLast(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The last text value with this key, or null.</summary>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The last binary value with this key, or null.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>All entries with this key, in order.</summary>
    public IEnumerable<Entry> GetAll(string key) =>
        _entries.Where(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One key with its value.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "The shape Grpc.Core gives it.")]
    public sealed class Entry
    {
        private readonly string? _value;
        private readonly byte[]? _bytes;

        /// <summary>Creates a text entry.</summary>
        /// <exception cref="ArgumentException">The key or the value has characters that cannot be sent.</exception>
        public Entry(string key, string value)
        {
            Key = Checked(key);
            if (IsBinary)
            {
                throw new ArgumentException($"The key '{Key}' ends in \"-bin\": give its value as bytes.", nameof(value));
            }

            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                throw new ArgumentException(
                    $"The value of '{Key}' is not printable ASCII: send it as bytes under a key that ends in \"-bin\".", nameof(value));
            }

            _value = value;
        }

        /// <summary>Creates a binary entry.</summary>
        /// <exception cref="ArgumentException">The key does not end in "-bin" or has characters that cannot be sent.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Checked(key);
            if (!IsBinary)
            {
                throw new ArgumentException($"The key '{Key}' holds text: a binary key ends in \"-bin\".", nameof(key));
            }

            _bytes = valueBytes;
        }

        private Entry(string key, string? value, byte[]? bytes)
        {
            Key = key;
            _value = value;
            _bytes = bytes;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The text value.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value => _value
            ?? throw new InvalidOperationException($"The value of '{Key}' is bytes: read ValueBytes.");

        /// <summary>The value as bytes; text as ASCII.</summary>
        public byte[] ValueBytes => _bytes ?? System.Text.Encoding.ASCII.GetBytes(_value!);

        /// <summary>The key, and the value when it is text.</summary>
        public override string ToString() => IsBinary ? $"{Key}: ({_bytes!.Length} bytes)" : $"{Key}: {_value}";

        /// <summary>An entry as the peer sent it, unchecked.</summary>
        internal static Entry Received(string key, string value) => new(key, value, null);

        /// <summary>A binary entry as the peer sent it, unchecked.</summary>
        internal static Entry Received(string key, byte[] bytes) => new(key, null, bytes);

        private static string Checked(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            string lower = key.ToLowerInvariant();
            if (GrpcHeaders.IsReserved(lower) && lower != GrpcHeaders.StatusDetails)
            {
                throw new ArgumentException($"The metadata key '{key}' belongs to gRPC or HTTP: choose another.", nameof(key));
            }

            return lower.AsSpan().ContainsAnyExcept(GrpcHeaders.KeyCharacters)
                ? throw new ArgumentException(
                    $"The metadata key '{key}' may only have letters, digits and \"_.-\".", nameof(key))
                : lower;
        }
    }
}
