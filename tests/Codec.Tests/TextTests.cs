using System.Text;
using Xunit;

namespace Codec.Tests;

/// <summary>Alphabets, lengths and addresses, where the vectors have no row.</summary>
public class TextTests
{
    [Theory]
    [InlineData(ConcatenationForm.Udh8, "a", 153)]
    [InlineData(ConcatenationForm.Udh16, "a", 152)]
    [InlineData(ConcatenationForm.Sar, "a", 153)]
    [InlineData(ConcatenationForm.Udh8, "я", 67)]
    [InlineData(ConcatenationForm.Udh16, "я", 66)]
    public void A_part_takes_what_its_header_leaves(ConcatenationForm form, string letter, int units)
    {
        var plan = Segmentation.Plan(string.Concat(Enumerable.Repeat(letter, 400)), form);
        Assert.Equal(units, plan.UnitsPerSegment);
        Assert.Equal((400 + units - 1) / units, plan.Segments);
        byte[] part = new byte[140 * 2];
        int length = Segmentation.WritePart(string.Concat(Enumerable.Repeat(letter, 400)), plan, 0, 0x1234, part);
        Assert.Equal(plan.HeaderLength + (units * (letter == "a" ? 1 : 2)), length);
    }

    [Fact]
    public void A_national_language_costs_its_header()
    {
        string text = string.Concat(Enumerable.Repeat("ş", 155));
        Assert.True(Segmentation.TryPlan(
            text, TextEncoding.Gsm7, ConcatenationForm.Udh8, out var plan, NationalLanguage.Turkish));
        Assert.Equal((1, 155, 4), (plan.Segments, plan.UnitsPerSegment, plan.HeaderLength));
        Assert.True(Segmentation.TryPlan(
            text + "ş", TextEncoding.Gsm7, ConcatenationForm.Udh8, out plan, NationalLanguage.Turkish));
        Assert.Equal((2, 149, 9), (plan.Segments, plan.UnitsPerSegment, plan.HeaderLength));

        byte[] part = new byte[200];
        int length = Segmentation.WritePart(text + "ş", plan, 1, 7, part);
        Assert.True(UserDataHeader.TryRead(part.AsSpan(0, length), out var header));
        Assert.True(header.TryGetConcatenation(out var which));
        Assert.Equal(new Concatenation(7, 2, 2, false), which);
        header.GetLanguages(out var locking, out var single);
        Assert.Equal((NationalLanguage.Turkish, NationalLanguage.Default), (locking, single));
        char[] decoded = new char[10];
        Assert.Equal(7, Gsm7.Decode(part.AsSpan(header.Length, length - header.Length), decoded, locking, single));
        Assert.Equal("şşşşşşş", new string(decoded, 0, 7));
    }

    [Fact]
    public void A_national_language_is_chosen_where_it_is_cheaper()
    {
        string text = string.Concat(Enumerable.Repeat("İş ", 50));
        NationalLanguage[] both = [NationalLanguage.Spanish, NationalLanguage.Turkish];
        var plan = Segmentation.Plan(text, ConcatenationForm.Udh8, false, both);
        Assert.Equal((TextEncoding.Gsm7, NationalLanguage.Turkish, 1), (plan.Encoding, plan.Locking, plan.Segments));
        plan = Segmentation.Plan("İş", ConcatenationForm.Udh8, false, [NationalLanguage.Turkish]);
        Assert.Equal((TextEncoding.Ucs2, 1), (plan.Encoding, plan.Segments));
        plan = Segmentation.Plan(new string('á', 100), ConcatenationForm.Udh8, false, [NationalLanguage.Spanish]);
        Assert.Equal(TextEncoding.Ucs2, plan.Encoding);
        text = new string('a', 100) + "á";
        plan = Segmentation.Plan(text, ConcatenationForm.Udh8, false, [NationalLanguage.Spanish]);
        Assert.Equal((NationalLanguage.Default, NationalLanguage.Spanish), (plan.Locking, plan.Single));
    }

    [Fact]
    public void A_text_of_more_than_255_parts_is_counted_and_not_written()
    {
        string text = new('a', 153 * 256);
        var plan = Segmentation.Plan(text);
        Assert.Equal(256, plan.Segments);
        Assert.Equal(-1, Segmentation.WritePart(text, plan, 0, 1, new byte[200]));
    }

    [Fact]
    public void Latin1_is_cheaper_where_it_is_allowed()
    {
        string text = new('Á', 100);
        Assert.Equal((TextEncoding.Ucs2, 2), (Segmentation.Plan(text).Encoding, Segmentation.Plan(text).Segments));
        var plan = Segmentation.Plan(text, allowLatin1: true);
        Assert.Equal((TextEncoding.Latin1, 1, (byte)3), (plan.Encoding, plan.Segments, plan.DataCoding));
    }

    [Theory]
    [InlineData("“Hello” – it’s…", "\"Hello\" - it's...", 5, 0)]
    [InlineData("Łódź ćma", "Lodz cma", 4, 0)]
    [InlineData("plain é ñ €", "plain é ñ €", 0, 0)]
    [InlineData("ΑΘΗΝΑ", "AΘHNA", 4, 0)]
    [InlineData("я 😀", "я 😀", 0, 3)]
    [InlineData("a\u00A0b\u200Bc", "a bc", 2, 0)]
    public void Transliteration_says_what_it_changed(string text, string expected, int changed, int left)
    {
        char[] room = new char[100];
        var result = Transliteration.ToGsm(text, room);
        Assert.Equal(expected, new string(room, 0, result.Length));
        Assert.Equal((changed, left), (result.Changed, result.Unencodable));
        Assert.Equal(-1, Transliteration.ToGsm(text, room.AsSpan(0, expected.Length - 1)).Length);
    }

    [Theory]
    [InlineData(Alphabet.Latin9, "€Š")]
    [InlineData(Alphabet.Cyrillic, "Привет №")]
    [InlineData(Alphabet.Hebrew, "שלום")]
    [InlineData(Alphabet.Ia5, "[@]")]
    [InlineData(Alphabet.Utf8, "😀 я")]
    [InlineData(Alphabet.Ucs2LittleEndian, "😀 я")]
    [InlineData(Alphabet.Gsm7Packed, "1234567€ abcdefg")]
    [InlineData(Alphabet.GsmAsciiSigns, "a@b$ {€}")]
    [InlineData(Alphabet.GsmLatin1, "Çé$@ {€} Δ")]
    public void Every_alphabet_brings_a_text_back(Alphabet alphabet, string text)
    {
        byte[] octets = new byte[TextCodec.MaxOctets(text.Length)];
        int length = TextCodec.Encode(alphabet, text, octets);
        char[] decoded = new char[TextCodec.MaxChars(length)];
        Assert.Equal(text, new string(decoded, 0, TextCodec.Decode(alphabet, octets.AsSpan(0, length), decoded)));
        Assert.Equal(-1, TextCodec.Encode(alphabet, text, octets.AsSpan(0, length - 1)));
    }

    [Theory]
    [InlineData(0x00, Alphabet.Gsm7)]
    [InlineData(0x01, Alphabet.Gsm7)]
    [InlineData(0x03, Alphabet.Latin1)]
    [InlineData(0x04, Alphabet.Binary)]
    [InlineData(0x08, Alphabet.Ucs2)]
    [InlineData(0x10, Alphabet.Gsm7)]
    [InlineData(0x18, Alphabet.Ucs2)]
    [InlineData(0x15, Alphabet.Binary)]
    [InlineData(0xC8, Alphabet.Gsm7)]
    [InlineData(0xE0, Alphabet.Ucs2)]
    [InlineData(0xF0, Alphabet.Gsm7)]
    [InlineData(0xF5, Alphabet.Binary)]
    public void A_data_coding_means_what_the_peer_means(byte dataCoding, Alphabet expected) =>
        Assert.Equal(expected, new PeerAlphabets(Ia5: Alphabet.Gsm7).Of(dataCoding));

    [Theory]
    [InlineData("+44 7700 900123", AddressKind.International, "447700900123")]
    [InlineData("0044 (7700) 900-123", AddressKind.International, "447700900123")]
    [InlineData("447700900123", AddressKind.International, "447700900123")]
    [InlineData("12345", AddressKind.ShortCode, "12345")]
    [InlineData("ACME Bank", AddressKind.Alphanumeric, "ACME Bank")]
    [InlineData("ACME Bank plc", AddressKind.Invalid, "")]
    [InlineData("", AddressKind.Invalid, "")]
    [InlineData("+", AddressKind.Invalid, "")]
    [InlineData("+044", AddressKind.Invalid, "")]
    [InlineData("+1234567890123456", AddressKind.Invalid, "")]
    public void An_address_is_known_by_its_looks(string address, AddressKind kind, string canonical)
    {
        byte[] room = new byte[32];
        Assert.Equal(kind, Addresses.Infer(Encoding.ASCII.GetBytes(address), Rules(), room, out int length));
        if (kind != AddressKind.Invalid)
        {
            Assert.Equal(canonical, Encoding.ASCII.GetString(room, 0, length));
        }
    }

    [Fact]
    public void An_address_is_written_as_the_peer_wants_it()
    {
        byte[] room = new byte[32];
        var plus = Rules() with { International = InternationalForm.Plus, ShortCodeTon = TypeOfNumber.Abbreviated };
        int length = Addresses.Write("447700900123"u8, AddressKind.International, plus, room);
        Assert.Equal("+447700900123", Encoding.ASCII.GetString(room, 0, length));
        Assert.Equal(
            (TypeOfNumber.International, NumberingPlan.Isdn), Addresses.Numbering(AddressKind.International, plus));
        Assert.Equal(TypeOfNumber.Abbreviated, Addresses.Numbering(AddressKind.ShortCode, plus).Ton);
        Assert.Equal(
            (TypeOfNumber.Alphanumeric, NumberingPlan.Unknown), Addresses.Numbering(AddressKind.Alphanumeric, plus));
        Assert.Equal(5, Addresses.Write("12345"u8, AddressKind.ShortCode, plus, room));
        Assert.Equal(-1, Addresses.Write("12345678901234567890"u8, AddressKind.International, plus, room));
        Assert.Equal(AddressKind.International, Addresses.Read(1, "1234567"u8, plus, room, out _));
        Assert.Equal(AddressKind.Alphanumeric, Addresses.Read(5, "12345"u8, plus, room, out _));
        Assert.Equal(AddressKind.ShortCode, Addresses.Read(6, "123456789"u8, plus, room, out _));
    }

    private static AddressRules Rules() => new(
        InternationalForm.Digits, TypeOfNumber.NetworkSpecific, NumberingPlan.Unknown, 8);
}
