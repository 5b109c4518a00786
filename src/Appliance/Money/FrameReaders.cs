using Store;

namespace Appliance.Money;

/// <summary>
/// Readers of the journal that each keep a frame: messages that end one after the other were accepted and answered one
/// after the other too, so that a few frames serve most of their stories.
/// </summary>
internal sealed class FrameReaders(Store.Journal journal)
{
    private const int Count = 64;

    private readonly (ulong Frame, JournalReader Reader)[] _readers = new (ulong, JournalReader)[Count];

    /// <summary>The committed record, good until the next call; false where there is none.</summary>
    public bool TryRead(ulong position, out ReadOnlySpan<byte> record)
    {
        var frame = Position.Frame(position);
        ref var one = ref _readers[frame % Count];
        one.Reader ??= journal.CreateReader();
        one.Frame = frame;
        return one.Reader.TryRead(position, out record);
    }
}
