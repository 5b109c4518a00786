using Appliance.Policy.OptOuts;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>A change of the opt-out list that is durable and in force, for the log and the metrics.</summary>
public sealed record OptOutNote(
    ushort Account, string Number, string Sender, OptOutAction Action, OptOutSource Source, string Keyword);

/// <summary>
/// Writes changes of the opt-out list down, each as a record and as the fact a restart reads; what is durable is in
/// force before anybody hears of it.
/// </summary>
public sealed class OptOuts(OptOutList list, IEventLog log, Outgoing outgoing)
{
    /// <summary>What the key of an opt-out's fact begins with; the store's key of the change follows.</summary>
    public static ReadOnlySpan<byte> Prefix => "optout/"u8;

    // What this batch changes, which is in force only when it is durable.
    private readonly Dictionary<OptOutKey, OptOutAction> _pending = [];
    private readonly List<OptOutNote> _notes = [];

    /// <summary>Who may be written to; read by any thread, changed by the ring's.</summary>
    public OptOutList List { get; } = list;

    /// <summary>Called on the ring's thread for each change but those of imports; must not block.</summary>
    public Action<OptOutNote>? Changed { get; set; }

    /// <summary>Called with the number of changes of an import that are in force.</summary>
    public Action<int>? Imported { get; set; }

    private int _imported;

    /// <summary>The key of a change's fact; gives its length.</summary>
    /// <param name="key">Room for <see cref="Prefix"/> and <see cref="OptOutChange.LongestStoreKey"/>.</param>
    public static int Key(in OptOutChange change, Span<byte> key)
    {
        Prefix.CopyTo(key);
        return Prefix.Length + change.WriteStoreKey(key[Prefix.Length..]);
    }

    /// <summary>Takes the changes of an event, and answers it.</summary>
    public void Take(ref Slot slot)
    {
        if (slot.Kind == EventKind.ForgetOptOuts) Forget(slot.Bytes);
        else Apply(slot.Bytes);
        if (slot.Source is PendingAnswer who) outgoing.Changed(who, ChangeResult.Done);
    }

    /// <summary>Writes changes down.</summary>
    /// <param name="changes">One behind the other as the journal has them.</param>
    public void Apply(ReadOnlySpan<byte> changes)
    {
        while (OptOutChange.TryRead(changes, out var change))
        {
            Apply(in change);
            changes = changes[change.Length..];
        }
    }

    /// <summary>Whether the batch has changes.</summary>
    public bool HasChanged => _pending.Count > 0;

    /// <summary>The batch is durable: its changes are in force.</summary>
    public void Committed()
    {
        if (_pending.Count == 0) return;
        foreach (var (key, action) in _pending)
        {
            if (action == OptOutAction.Added) List.Add(key);
            else List.Remove(key);
        }

        List.Changed();
        _pending.Clear();
        foreach (var note in _notes) Changed?.Invoke(note);
        _notes.Clear();
        if (_imported > 0) Imported?.Invoke(_imported);
        _imported = 0;
    }

    private void Forget(ReadOnlySpan<byte> changes)
    {
        while (OptOutChange.TryRead(changes, out var change))
        {
            Forget(in change);
            changes = changes[change.Length..];
        }
    }

    /// <summary>What has ended leaves no trace; what is in force stays, whatever was asked.</summary>
    private void Forget(in OptOutChange change)
    {
        if (!OptOutKey.TryCreate(change.Account, change.Number, change.Sender, out var key)) return;
        if (_pending.TryGetValue(key, out var action) ? action == OptOutAction.Added : List.Contains(key)) return;
        Span<byte> name = stackalloc byte[Prefix.Length + OptOutChange.LongestStoreKey];
        log.RemoveFact(name[..Key(in change, name)]);
    }

    private void Apply(in OptOutChange change)
    {
        if (!OptOutKey.TryCreate(change.Account, change.Number, change.Sender, out var key)) return;
        var now = _pending.TryGetValue(key, out var action) ? action
            : List.Contains(key) ? OptOutAction.Added : OptOutAction.Removed;
        if (now == change.Action) return;
        _pending[key] = change.Action;
        change.Write(log.Reserve(change.Length, out _), (byte)RecordKind.OptOut);
        Span<byte> name = stackalloc byte[Prefix.Length + OptOutChange.LongestStoreKey];
        Span<byte> value = stackalloc byte[OptOutChange.LongestStoreValue];
        log.SetFact(name[..Key(in change, name)], value[..change.WriteStoreValue(value)]);
        if (change.Source == OptOutSource.Import)
        {
            _imported++;
            return;
        }

        _notes.Add(new OptOutNote(
            change.Account, Text(change.Number), Text(change.Sender), change.Action, change.Source,
            System.Text.Encoding.UTF8.GetString(change.Keyword)));
    }

    private static string Text(ReadOnlySpan<byte> octets) => System.Text.Encoding.Latin1.GetString(octets);
}
