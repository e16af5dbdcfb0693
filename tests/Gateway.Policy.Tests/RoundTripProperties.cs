using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Gateway.Policy.Tests;

public class RoundTripProperties
{
    [Fact]
    public void Reading_what_was_written_gives_an_equal_document() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(PolicyGenerators.Document.ToArbitrary(), document =>
        {
            string yaml = PolicyWriter.Write(document);
            PolicyReadResult result = PolicyReader.Read(yaml);
            Assert.Empty(result.Errors);
            Assert.Equal(document, result.Document);
            Assert.Equal(yaml, PolicyWriter.Write(result.Document!));
            Assert.Equal(Encoding.UTF8.GetBytes(yaml), PolicyWriter.WriteUtf8(document));
        }));

    [Theory]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("on")]
    [InlineData("veth@if3")]
    [InlineData("a: b")]
    [InlineData("#x")]
    [InlineData("'\"\\")]
    [InlineData("- x")]
    [InlineData("[eth0]")]
    [InlineData("eth0\u0001\u00e9\U0001F600")]
    public void Any_NIC_name_survives_writing_and_reading(string nic)
    {
        var document = new PolicyDocument("x", [new Chain("c", 1, Hooks.Egress, [nic], new IngressPortSelector([nic, "b"]), [new RedirectActor([nic], new FibMac())])]);
        Assert.Equal(document, PolicyReader.Read(PolicyWriter.Write(document)).Document);
    }

    [Fact]
    public void Long_texts_of_wide_letters_are_the_same_in_UTF8()
    {
        for (int shift = 0; shift < 4; shift++)
        {
            string nic = new string('x', shift) + string.Concat(Enumerable.Repeat("\U0001F600\u00e9", 20_000));
            var document = new PolicyDocument("x", [new Chain("c", 1, Hooks.Ingress, [nic], null, [new CountActor()])]);
            Assert.Equal(Encoding.UTF8.GetBytes(PolicyWriter.Write(document)), PolicyWriter.WriteUtf8(document));
        }
    }

    [Fact]
    public void Random_damage_to_a_policy_is_an_error_or_another_policy_and_never_an_exception()
    {
        var random = new Random(20261121);
        const string alphabet = "\n\t :-[]{}\"'&*!|>%@`#,?~ae01./\u0000\u0007\uFEFF\uD800é";
        for (int round = 0; round < 3000; round++)
        {
            char[] text = ReaderTests.Everything.ToCharArray();
            for (int damage = random.Next(1, 6); damage > 0; damage--)
            {
                text[random.Next(text.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            string yaml = new(text, 0, random.Next(8) == 0 ? random.Next(text.Length) : text.Length);
            PolicyReadResult result = PolicyReader.Read(yaml);
            Assert.Equal(result.Document is null, result.Errors.Count > 0);
            PolicyLoadResult loaded = PolicyLoader.Load(yaml, ReaderTests.Ports, CompilerLimits.Default);
            Assert.Equal(loaded.Compiled is null, loaded.Errors.Count > 0);
            Assert.All(loaded.Errors, e => Assert.True(e.Line > 0 && e.Column > 0 && e.Message.Length > 0 && e.Hint.Length > 0, e.ToString()));
        }
    }
}
