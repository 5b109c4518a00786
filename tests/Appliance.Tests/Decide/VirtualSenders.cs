using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Codec;
using Store;

namespace Appliance.Tests.Decide;

/// <summary>What the ESME and the application send and ask for.</summary>
internal sealed partial class VirtualWorld
{
    private void Submit(VirtualPeer esme)
    {
        var message = NewMessage(fromEsme: true, parts: 1);
        Event(EventKind.Submit, esme, (ref Slot slot) =>
        {
            slot.Sequence = (uint)message.Token;
            Fill(ref slot, message);
        });
    }

    private void Post()
    {
        // Now and then what was sent before, under its name.
        if (_random.Next(5) == 0 && Messages.Values.FirstOrDefault(one => one.RepeatKey != 0 && one.Id is not null) is
            { } known)
        {
            Repeat(known);
            return;
        }

        var message = NewMessage(fromEsme: false, parts: _random.Next(4) == 0 ? 1 + _random.Next(3) : 1);
        var sender = new VirtualSender();
        _posts.Add((sender, message));
        Event(EventKind.Submit, sender, (ref Slot slot) => Fill(ref slot, message));
    }

    private void Repeat(VirtualMessage known)
    {
        var sender = new VirtualSender();
        var other = _random.Next(3) == 0;
        Event(EventKind.Submit, sender, (ref Slot slot) =>
        {
            Fill(ref slot, known);
            if (other) slot.RepeatBody++;
        });
        _repeats.Add((sender, known, other));
    }

    private readonly List<(VirtualSender Who, VirtualMessage Message, bool Other)> _repeats = [];

    /// <summary>Whether all repeats that were answered got the first answer, and others under the same name
    /// none.</summary>
    public IEnumerable<string> WrongRepeats()
    {
        foreach (var (who, message, other) in _repeats)
        {
            if (who.Refusal is { } refusal && refusal != Refusal.BalanceTooLow && (!other || refusal != Refusal.RepeatConflict))
                yield return $"a repeat of {message.Id} was refused: {refusal}";
            if (who.Position != 0 && (other || IdOf(who) != message.Id))
                yield return $"a repeat of {message.Id} got {IdOf(who)}";
        }
    }

    private VirtualMessage NewMessage(bool fromEsme, int parts)
    {
        var token = ++_tokens;
        var due = _random.Next(5) == 0 ? (uint)(_now / 1000) + (uint)_random.Next(1, 40) : 0;
        var message = new VirtualMessage(token)
        {
            FromEsme = fromEsme,
            Account = !fromEsme && token % 3 == 0 ? OtherId : AccountId,
            WantsReceipt = fromEsme,
            Registers = fromEsme || parts > 1 || _random.Next(3) > 0,
            Parts = parts,
            Priority = (byte)_random.Next(4),
            Due = due,
            Validity = _random.Next(6) == 0 ? (uint)_random.Next(45, 90) : 0,
            RepeatKey = !fromEsme && _random.Next(3) == 0 ? (ulong)token * 77777 : 0,
        };
        Messages.Add(token, message);
        return message;
    }

    private static string Destination(int token) => $"49151{token % 20:D2}";

    private static byte[] Body(int token, string word, out SubmitSm read)
    {
        var pdu = new byte[256];
        var length = new SubmitSm
        {
            SourceAddr = "shop"u8,
            DestinationAddr = Encoding.ASCII.GetBytes(Destination(token)),
            RegisteredDelivery = 1,
            ShortMessage = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{word} {token}")),
        }.Write(pdu, 1);
        SubmitSm.TryRead(pdu.AsSpan(0, length), out read);
        return pdu[Header.Size..length];
    }

    private static void Fill(ref Slot slot, VirtualMessage message)
    {
        slot.Account = message.Account;
        slot.Parts = (byte)message.Parts;
        slot.Code = message.Registers ? (byte)1 : (byte)0;
        slot.Priority = message.Priority;
        slot.DueSeconds = message.Due;
        slot.ValiditySeconds = message.Validity;
        slot.Price = PriceOf(message);
        slot.Segments = 1;
        // Nobody has looked whether its recipient has opted out.
        slot.OptOuts = -1;
        slot.RepeatKey = message.RepeatKey;
        slot.RepeatBody = (ulong)message.Token;
        var bodies = new List<byte>();
        for (var part = 1; part <= message.Parts; part++)
        {
            var body = Body(message.Token, message.Parts == 1 ? "token" : $"part{part}", out var read);
            SetOffsets(ref slot, in read);
            if (message.Parts > 1)
            {
                var length = new byte[2];
                BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)body.Length);
                bodies.AddRange(length);
            }

            bodies.AddRange(body);
        }

        bodies.ToArray().CopyTo(slot.Allocate(bodies.Count));
    }

    private static void SetOffsets(ref Slot slot, in SubmitSm read)
    {
        slot.SourceOffset = (ushort)(read.SourceAddrOffset - 2 - Header.Size);
        slot.DestinationOffset = (ushort)(read.DestinationAddrOffset - 2 - Header.Size);
        slot.RegisteredOffset = (ushort)(read.RegisteredDeliveryOffset - Header.Size);
    }

    /// <summary>Somebody takes a message back, or changes it, or has all about its number erased.</summary>
    private void Wish()
    {
        var known = Messages.Values.Where(one => one.Id is not null).ToArray();
        if (known.Length == 0) return;
        var message = known[_random.Next(Math.Max(0, known.Length - 12), known.Length)];
        if (_wishes.Any(one => one.Message == message)) return;
        if (!MessageId.TryParse(Encoding.ASCII.GetBytes(message.Id!), out var position, out _, out _)) return;
        var sender = new VirtualSender();
        if (_random.Next(4) == 0)
        {
            Erase(sender, message, position);
            return;
        }

        var replace = _random.Next(2) == 0 && message.Parts == 1;
        _wishes.Add((sender, message, result =>
        {
            if (result == ChangeResult.NotFound) throw new InvalidOperationException($"{message.Id} is not found");
            if (result != ChangeResult.Done) return;
            if (replace) message.Replaced = true;
            else message.Cancelled = true;
        }));
        Event(replace ? EventKind.Replace : EventKind.Cancel, sender, (ref Slot slot) =>
        {
            slot.Position = position;
            slot.Account = message.Account;
            if (!replace) return;
            slot.Code = message.Registers ? (byte)1 : (byte)0;
            var body = Body(message.Token, "changed", out var read);
            SetOffsets(ref slot, in read);
            body.CopyTo(slot.Allocate(body.Length));
        });
    }

    /// <summary>When it is done nothing more happens to the message: its records may be emptied.</summary>
    private void Erase(VirtualSender sender, VirtualMessage message, ulong position)
    {
        message.ErasureAsked = true;
        _wishes.Add((sender, message, result =>
        {
            if (result == ChangeResult.NotFound) throw new InvalidOperationException($"{message.Id} is not found");
            if (result != ChangeResult.Done) return;
            message.ErasedAt = Log.Filed.GetValueOrDefault(position);
            if (message.ErasedAt == 0) throw new InvalidOperationException($"{message.Id} may be erased, but is not filed");
            if (Log.Dead().Contains(position)) throw new InvalidOperationException($"{message.Id} is still a dead letter");
        }));
        Event(EventKind.Erase, sender, (ref Slot slot) => slot.Position = position);
    }

    private void RetryDead()
    {
        var dead = Log.Dead();
        if (dead.Length == 0) return;
        var position = dead[_random.Next(dead.Length)];
        var message = Messages.Values.FirstOrDefault(one => one.Id is not null
            && MessageId.TryParse(Encoding.ASCII.GetBytes(one.Id), out var at, out _, out _) && at == position);
        if (message is null) return;
        var sender = new VirtualSender();
        // Its history up to here counts no more, nor what was still on its way when it was asked for.
        message.RefusedBy.Clear();
        _wishes.Add((sender, message, result =>
        {
            if (result != ChangeResult.Done) return;
            message.Retried = true;
            message.RefusedBy.Clear();
        }));
        Event(EventKind.RetryDead, sender, (ref Slot slot) => slot.Position = position);
    }
}
