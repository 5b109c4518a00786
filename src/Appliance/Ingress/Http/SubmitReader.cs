using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Appliance.Operate.Http;
using Codec;

namespace Appliance.Ingress.Http;

/// <summary>
/// Reads the body of a POST into its messages, in one pass over the bytes and without an object for any of them:
/// <code>
///   {"from": text, "to": text, "body": text, "encoding": text?, "validity_period": seconds or text?,
///    "priority": 0 to 3?, "class": text?, "dlt_entity_id": text?, "dlt_template_id": text?, "dlt_chain": text?,
///    "send_at": time?}
///   {"messages": [ as above, 1 to 1000 ]}
/// </code>
/// Every wrong member is noted; reading goes on behind it.
/// </summary>
internal ref partial struct SubmitReader
{
    private const string TextExpected = "a text";
    private const string MessageExpected = "an object with from, to and body";
    private const string Known =
        "an unknown member; known are from, to, body, encoding, validity_period, priority, class, "
        + "dlt_entity_id, dlt_template_id, dlt_chain and send_at";
    private const string Unimplemented = "this version cannot honour it; leave it out";

    private readonly SubmitRequest _request;
    private Utf8JsonReader _json;
    private char[] _body;
    private SubmitItem _item;
    private int _index;
    private Members _seen;
    private int _bodyLength;
    private TextEncoding? _encoding;

    private SubmitReader(ReadOnlySpan<byte> utf8, SubmitRequest request)
    {
        _request = request;
        _json = new Utf8JsonReader(utf8, isFinalBlock: true, default);
        _body = ArrayPool<char>.Shared.Rent(512);
        _item = null!;
        _index = -1;
    }

    [Flags]
    private enum Members
    {
        None = 0,
        From = 1,
        To = 2,
        Body = 4,
        Encoding = 8,
        ValidityPeriod = 16,
        Priority = 32,
        SendAt = 64,
        Class = 128,
        DltEntity = 256,
        DltTemplate = 512,
        DltChain = 1024,
    }

    /// <summary>Fills the request; its errors and its items' say what is wrong.</summary>
    /// <exception cref="JsonException">The bytes are no JSON.</exception>
    public static void Read(ReadOnlySpan<byte> utf8, SubmitRequest request)
    {
        if (!Utf8.IsValid(utf8))
            throw new JsonException("The body is not UTF-8.");
        var reader = new SubmitReader(utf8, request);
        try
        {
            reader.ReadTop();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(reader._body);
        }
    }

    private void ReadTop()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            _request.Errors.Add(new FieldError("$", $"found {Kind()}, expected {MessageExpected}, or with messages"));
            _json.Skip();
        }
        else if (IsBatch())
        {
            _request.IsBatch = true;
            ReadBatch();
        }
        else
        {
            ReadMessage();
        }

        // Throws where something follows.
        _json.Read();
    }

    /// <summary>Whether the first member is `messages`; a later one is an error of a single message.</summary>
    private readonly bool IsBatch()
    {
        var ahead = _json;
        return ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName && ahead.ValueTextEquals("messages"u8);
    }

    private void ReadBatch()
    {
        var seen = false;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (_json.ValueTextEquals("messages"u8) && !seen)
            {
                seen = true;
                _json.Read();
                ReadMessages();
                continue;
            }

            _request.Errors.Add(new FieldError(NameText(), "expected nothing beside messages"));
            _json.Read();
            _json.Skip();
        }
    }

    private void ReadMessages()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            _request.Errors.Add(new FieldError("messages", $"found {Kind()}, expected a list of 1 to 1000 messages"));
            _json.Skip();
            return;
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            _index++;
            if (_index >= SubmitRequest.MaxItems)
            {
                _json.Skip();
            }
            else if (_json.TokenType == JsonTokenType.StartObject)
            {
                ReadMessage();
            }
            else
            {
                _item = _request.Add();
                _item.Errors.Add(new FieldError(Path(null), $"found {Kind()}, expected {MessageExpected}"));
                _json.Skip();
            }
        }

        if (_index < 0 || _index >= SubmitRequest.MaxItems)
            _request.Errors.Add(new FieldError("messages", $"found {_index + 1} messages, expected 1 to 1000"));
    }

    private void ReadMessage()
    {
        _item = _request.Add();
        _seen = Members.None;
        _bodyLength = 0;
        _encoding = null;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            ReadMember();
        Require(Members.From, "from", AddressRules.FromExpected);
        Require(Members.To, "to", AddressRules.ToExpected);
        Require(Members.Body, "body", TextExpected);
        var body = _body.AsSpan(0, _bodyLength);
        if (!body.IsEmpty && MessageText.TryEncode(body, _encoding, _item.Submission) is { } fault)
            Note("body", fault);
        _item.Submission.SetText(body);
    }

    private void ReadMember()
    {
        if (_json.ValueTextEquals("to"u8))
            ReadAddress(Members.To);
        else if (_json.ValueTextEquals("from"u8))
            ReadAddress(Members.From);
        else if (_json.ValueTextEquals("body"u8))
            ReadBody();
        else if (_json.ValueTextEquals("encoding"u8))
            ReadEncoding();
        else if (_json.ValueTextEquals("validity_period"u8))
            ReadValidityPeriod();
        else if (_json.ValueTextEquals("priority"u8))
            ReadPriority();
        else if (_json.ValueTextEquals("class"u8))
            ReadClass();
        else if (_json.ValueTextEquals("send_at"u8))
            ReadSendAt();
        else if (!TryReadDlt())
            ReadUnknown();
    }

    private void ReadAddress(Members member)
    {
        var isTo = member == Members.To;
        var name = isTo ? "to" : "from";
        var expected = isTo ? AddressRules.ToExpected : AddressRules.FromExpected;
        if (!Begin(member, name))
            return;
        Span<char> text = stackalloc char[HttpSubmission.MaxAddress * 6];
        if (_json.TokenType != JsonTokenType.String)
        {
            NoteFound(name, expected);
            return;
        }

        // An escape takes six octets for one character at most; what is longer is no address.
        var good = _json.ValueSpan.Length <= text.Length && TryCopy(text, out var length)
            && (isTo
                ? AddressRules.TrySetDestination(_item.Submission, text[..length])
                : AddressRules.TrySetSource(_item.Submission, text[..length]));
        if (!good)
            NoteFound(name, expected);
    }

    private void ReadBody()
    {
        if (!Begin(Members.Body, "body"))
            return;
        if (_json.TokenType != JsonTokenType.String)
        {
            NoteFound("body", TextExpected);
            return;
        }

        if (_json.ValueSpan.Length > _body.Length)
        {
            ArrayPool<char>.Shared.Return(_body);
            _body = ArrayPool<char>.Shared.Rent(_json.ValueSpan.Length);
        }

        if (!TryCopy(_body, out _bodyLength))
            Note("body", "found half of a surrogate pair, expected a text");
        else if (_bodyLength == 0)
            Note("body", "found an empty text, expected at least one character");
    }

    private void ReadEncoding()
    {
        if (!Begin(Members.Encoding, "encoding"))
            return;
        if (_json.TokenType == JsonTokenType.String)
        {
            foreach (var (name, encoding) in MessageText.Encodings)
            {
                if (_json.ValueTextEquals(name))
                {
                    _encoding = encoding;
                    return;
                }
            }
        }

        NoteFound("encoding", "one of " + string.Join(", ", MessageText.Encodings.Select(choice => choice.Name)));
    }

    private void ReadValidityPeriod()
    {
        if (!Begin(Members.ValidityPeriod, "validity_period"))
            return;
        if (ValidityPeriod.TryRead(ref _json, _request.LongestValidity, out var period))
            _item.Submission.ValidityPeriod = period;
        else
            NoteFound("validity_period", ValidityPeriod.Expected(_request.LongestValidity));
    }

    private void ReadPriority()
    {
        if (!Begin(Members.Priority, "priority"))
            return;
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetByte(out var priority)
            && priority <= Schedule.HighestPriority)
            _item.Submission.Priority = priority;
        else
            NoteFound("priority", "0, 1, 2 or 3, the highest last");
    }

    private void ReadSendAt()
    {
        if (!Begin(Members.SendAt, "send_at"))
            return;
        var fault = SendTime.Read(ref _json, Clock.UnixMs, out var asked, out var due);
        _item.Submission.SendAtSeconds = asked;
        if (fault is { } expected)
            NoteFound("send_at", expected);
        else
            _item.Submission.DueSeconds = due;
    }

    private void ReadUnknown()
    {
        var name = NameText();
        _json.Read();
        if (name is "webhook_url")
        {
            var first = _item.Errors.Count == 0;
            Note(name, Unimplemented);
            _item.OnlyUnimplemented = first || _item.OnlyUnimplemented;
        }
        else
        {
            Note(name, Known);
        }

        _json.Skip();
    }

    /// <summary>Moves to a member's value; false where the member was there already.</summary>
    private bool Begin(Members member, string name)
    {
        _json.Read();
        if ((_seen & member) == 0)
        {
            _seen |= member;
            return true;
        }

        Note(name, "found a second time, expected once");
        _json.Skip();
        return false;
    }

    private void Require(Members member, string name, string expected)
    {
        if ((_seen & member) == 0)
            Note(name, $"missing, expected {expected}");
    }

    private void NoteFound(string name, string expected)
    {
        Note(name, $"found {Found()}, expected {expected}");
        _json.Skip();
    }

    private readonly void Note(string name, string detail)
    {
        _item.OnlyUnimplemented = false;
        _item.Errors.Add(new FieldError(Path(name), detail));
    }

    private readonly string Path(string? name)
    {
        if (_index < 0)
            return name ?? "$";
        return name is null ? $"messages[{_index}]" : $"messages[{_index}].{name}";
    }

    /// <summary>Copies the current text; false for half of a surrogate pair, which only an escape can make.</summary>
    private readonly bool TryCopy(Span<char> text, out int length)
    {
        try
        {
            length = _json.CopyString(text);
            return true;
        }
        catch (InvalidOperationException)
        {
            length = 0;
            return false;
        }
    }
}
