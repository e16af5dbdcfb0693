using System.Globalization;
using System.Text;

namespace Gateway.Policy;

/// <summary>The path of the node that is being looked at; becomes text only when there is an error.</summary>
internal sealed class PolicyPath
{
    private readonly List<(string? Key, int Index)> _segments = [];

    public void Push(string key) => _segments.Add((key, 0));

    public void Push(int index) => _segments.Add((null, index));

    public void Pop() => _segments.RemoveAt(_segments.Count - 1);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string? key, int index) in _segments)
        {
            if (key is null)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            }
            else
            {
                text.Append(text.Length == 0 ? "" : ".").Append(key);
            }
        }

        return text.ToString();
    }
}
