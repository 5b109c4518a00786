using System.Text.Json;
using Appliance.Policy;
using Appliance.Policy.Dlt;
using Codec;

namespace Appliance.Ingress.Http;

// Members that only rules and routes look at.
internal ref partial struct SubmitReader
{
    private const int LongestDltId = 32;
    private const int LongestDltChain = 400;

    private void ReadClass()
    {
        if (!Begin(Members.Class, "class"))
            return;
        MessageClass? named = _json.TokenType != JsonTokenType.String ? null
            : _json.ValueTextEquals("transactional"u8) ? MessageClass.Transactional
            : _json.ValueTextEquals("promotional"u8) ? MessageClass.Promotional
            : _json.ValueTextEquals("otp"u8) ? MessageClass.Otp
            : null;
        _item.Submission.Class = named;
        if (named is null)
            NoteFound("class", "one of transactional, promotional, otp");
    }

    /// <summary>India's parameters, which go to the carrier as they are.</summary>
    /// <returns>Whether the member was one of them.</returns>
    private bool TryReadDlt()
    {
        if (_json.ValueTextEquals("dlt_entity_id"u8))
            ReadDlt(Members.DltEntity, "dlt_entity_id", DltFilter.EntityTag, LongestDltId);
        else if (_json.ValueTextEquals("dlt_template_id"u8))
            ReadDlt(Members.DltTemplate, "dlt_template_id", DltFilter.TemplateTag, LongestDltId);
        else if (_json.ValueTextEquals("dlt_chain"u8))
            ReadDlt(Members.DltChain, "dlt_chain", DltFilter.ChainTag, LongestDltChain);
        else
            return false;
        return true;
    }

    private void ReadDlt(Members member, string name, TlvTag tag, int longest)
    {
        if (!Begin(member, name))
            return;
        // An escape would be of a sign that no id has.
        var good = _json.TokenType == JsonTokenType.String && !_json.ValueIsEscaped
            && _json.ValueSpan.Length > 0 && _json.ValueSpan.Length <= longest
            && !_json.ValueSpan.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E);
        if (good)
            _item.Submission.AddTlv(tag, _json.ValueSpan);
        else
            NoteFound(name, $"1 to {longest} digits, letters and commas");
    }
}
