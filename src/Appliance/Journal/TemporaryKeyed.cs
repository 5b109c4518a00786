namespace Appliance.Journal;
internal sealed class TemporaryKeyed : IKeyedState
{
    public void Await(ulong key, in Keyed entry, ulong floor) { }
    public void Unawait(ulong key, ulong position) { }
    public int FindAwaited(ulong key, Span<Keyed> found) => 0;
    public int SweepAwaited(Span<(ulong Key, Keyed Entry)> found) => 0;
    public void Name(ulong key, in Keyed entry) { }
    public int FindNamed(ulong key, Span<Keyed> found) => 0;
    public void Index(ushort account, ulong destination, ulong position) { }
}
