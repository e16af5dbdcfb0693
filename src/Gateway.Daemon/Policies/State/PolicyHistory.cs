using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.DataPlane;
using Gateway.Policy;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Policies;

/// <summary>
/// Policies on disk: the state, and the text of each revision in <c>revisions/NUMBER.yaml</c>. A change is written in two
/// steps around the kernel's: what is about to run, and that it runs. Not thread-safe.
/// </summary>
internal sealed partial class PolicyHistory
{
    /// <summary>Revisions that are kept.</summary>
    public const int Kept = 256;

    private readonly StateFile _file;
    private readonly string _texts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Reads what is there.</summary>
    /// <param name="directory">The state directory; is made when missing.</param>
    /// <param name="time">Names files that are put aside.</param>
    /// <param name="logger">Tells of them.</param>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public PolicyHistory(string directory, TimeProvider time, ILogger<PolicyHistory> logger)
    {
        _texts = Path.Combine(directory, "revisions");
        Directory.CreateDirectory(_texts);
        _time = time;
        _logger = logger;
        _file = new StateFile(directory, time, logger);
        State = _file.Read();
        if (State.LastRevision == 0)
        {
            State = Recollect(State);
        }
    }

    /// <summary>How it is.</summary>
    public PolicyState State { get; private set; }

    /// <summary>The next revision, with a text.</summary>
    public PolicyRevision Draft(RevisionDraft draft, string name, RevisionText text, CompiledSize size, RevisionFate fate) => new(
        State.LastRevision + 1, name, draft.Author, draft.Peer, draft.Comment, _time.GetUtcNow(), draft.Origin, draft.From, fate, size,
        text.Bytes.Length, text.Sha256);

    /// <summary>Stores the text of a revision; nothing refers to it yet.</summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be stored.</exception>
    public void StoreText(PolicyRevision revision, RevisionText text)
    {
        using var step = ApplySteps.Begin(ApplyStep.StoreText);
        AtomicFile.Write(TextPath(revision.Revision), text.Bytes.Span);
    }

    /// <summary>Stores what is about to run.</summary>
    /// <exception cref="IOException">It cannot be stored; the state is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void StoreIntent(PolicyState intended)
    {
        using var step = ApplySteps.Begin(ApplyStep.StoreIntent);
        Store(intended.Prune(Kept));
    }

    /// <summary>Stores that what was about to run does.</summary>
    /// <exception cref="IOException">It cannot be stored; the state is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void StoreCommit()
    {
        using var step = ApplySteps.Begin(ApplyStep.StoreCommit);
        Store(State.Complete());
    }

    /// <summary>Replaces the state.</summary>
    /// <exception cref="IOException">It cannot be stored; the state is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Store(PolicyState state)
    {
        _file.Write(state);
        State = state;
    }

    /// <summary>Replaces the state here at once, on disk when that is possible: what runs is what counts.</summary>
    /// <returns>Whether it is on disk.</returns>
    public bool TryStore(PolicyState state)
    {
        State = state;
        try
        {
            _file.Write(state);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotStored(_logger, failure.Message);
            return false;
        }
    }

    /// <summary>Whether the state on disk is this one.</summary>
    public bool IsOnDisk() => _file.Holds(State);

    /// <summary>Brings the copy up to date and removes texts that nothing refers to.</summary>
    public void Tidy()
    {
        _file.WriteCopy(State);
        HashSet<string> kept = [.. State.Revisions.Select(r => TextPath(r.Revision))];
        try
        {
            foreach (string path in Directory.GetFiles(_texts))
            {
                bool own = path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(AtomicFile.Unfinished, StringComparison.Ordinal);
                if (own && !kept.Contains(path))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotTidied(_logger, _texts, failure.Message);
        }
    }

    /// <summary>The text of a revision.</summary>
    /// <exception cref="InvalidDataException">It is damaged or cannot be read.</exception>
    public string ReadText(PolicyRevision revision)
    {
        string path = TextPath(revision.Revision);
        try
        {
            byte[] text = File.ReadAllBytes(path);
            return Convert.ToHexStringLower(SHA256.HashData(text)) == revision.TextSha256
                ? Encoding.UTF8.GetString(text)
                : throw new InvalidDataException($"The text of revision {revision.Revision} in {path} is damaged: its checksum is wrong.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The text of revision {revision.Revision} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Gives a damaged text a name under which it is kept.</summary>
    public void PutAside(PolicyRevision revision)
    {
        string path = TextPath(revision.Revision);
        string aside = $"{path}.corrupt-{_time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}";
        try
        {
            if (File.Exists(path))
            {
                AtomicFile.Rename(path, aside);
                LogAside(_logger, revision.Revision, aside);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotTidied(_logger, path, failure.Message);
        }
    }

    /// <summary>Without a state, the texts that are there are a history of policies that may be applied.</summary>
    private PolicyState Recollect(PolicyState state)
    {
        foreach (string path in Directory.GetFiles(_texts, "*.yaml").Order(StringComparer.Ordinal))
        {
            string text = File.ReadAllText(path);
            if (ulong.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
                && number > 0 && PolicyReader.Read(text, PolicyReader.StoredMaxBytes).Document is { } document)
            {
                byte[] bytes = File.ReadAllBytes(path);
                state = state.With(new PolicyRevision(
                    number, document.Name, "", "", "found without a state", File.GetLastWriteTimeUtc(path), RevisionOrigin.Imported, 0,
                    RevisionFate.Stored, new CompiledSize(document.Chains.Count, 0, 0, 0), bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
            }
        }

        if (state.Revisions.Count > 0)
        {
            LogRecollected(_logger, state.Revisions.Count, _texts);
        }

        return state;
    }

    private string TextPath(ulong revision) => Path.Combine(_texts, string.Create(CultureInfo.InvariantCulture, $"{revision:D8}.yaml"));

    [LoggerMessage(1113, LogLevel.Error, "The policy state is not on disk: {Why} Make room in the state directory, or make it writable.")]
    private static partial void LogNotStored(ILogger logger, string why);

    [LoggerMessage(1114, LogLevel.Warning, "What is left in {Path} could not be removed: {Why}")]
    private static partial void LogNotTidied(ILogger logger, string path, string why);

    [LoggerMessage(1117, LogLevel.Error, "There is no policy state, but {Count} texts in {Path}: they are in the history, to be rolled back to.")]
    private static partial void LogRecollected(ILogger logger, int count, string path);

    [LoggerMessage(1115, LogLevel.Error, "The damaged text of revision {Revision} is kept as {Aside}.")]
    private static partial void LogAside(ILogger logger, ulong revision, string aside);
}
