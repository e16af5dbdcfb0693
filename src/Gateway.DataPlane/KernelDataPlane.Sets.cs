using Gateway.Policy;

namespace Gateway.DataPlane;

/// <content>Named sets of subflows, which policies select while others fill them.</content>
public sealed partial class KernelDataPlane
{
    /// <summary>The sets, by name.</summary>
    public IReadOnlyList<SubflowSetInfo> SubflowSets => Locked(() => _sets.Sets);

    /// <summary>Subflows that the sets hold together, at most, for each of IPv4 and IPv6.</summary>
    public uint SubflowSetCapacity => Locked(() => _sets.Capacity);

    /// <summary>Creates a set unless it is there.</summary>
    /// <param name="name">Its name, see <see cref="SubflowSetSelector.IsName"/>.</param>
    /// <exception cref="DataPlaneException">InvalidArgument: it is no name. ResourceExhausted: there are as many as there can be.</exception>
    public void CreateSubflowSet(string name) => Locked(() =>
    {
        _sets.Create(name);
        return true;
    });

    /// <summary>
    /// Removes subflows from a set and adds others. Packets that come after it meet the change, also of flows that were known.
    /// </summary>
    /// <param name="name">The set.</param>
    /// <param name="add">Subflows to add; those that are in it stay.</param>
    /// <param name="remove">Subflows to remove, which is done first; those that are not in it are no error.</param>
    /// <returns>How many were not there, and how many were.</returns>
    /// <exception cref="DataPlaneException">NotFound: there is no such set. ResourceExhausted: no room; none is added then.</exception>
    public (int Added, int Removed) UpdateSubflowSet(string name, ReadOnlyMemory<SubflowTuple> add, ReadOnlyMemory<SubflowTuple> remove) =>
        Locked(() => _sets.Update(name, add.Span, remove.Span));

    /// <summary>Copies what is in a set.</summary>
    /// <param name="name">The set.</param>
    /// <exception cref="DataPlaneException">NotFound: there is no such set.</exception>
    public IReadOnlyList<SubflowSetMember> ReadSubflowSet(string name) => Locked(() => _sets.Members(name));

    /// <summary>Removes every subflow of a set.</summary>
    /// <param name="name">The set.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="DataPlaneException">NotFound: there is no such set.</exception>
    public int ClearSubflowSet(string name) => Locked(() => _sets.Clear(name));

    /// <summary>Removes a set with what is in it. No policy in force may name it.</summary>
    /// <param name="name">The set.</param>
    /// <returns>How many subflows there were.</returns>
    /// <exception cref="DataPlaneException">NotFound: there is no such set.</exception>
    public int RemoveSubflowSet(string name) => Locked(() => _sets.Remove(name));
}
