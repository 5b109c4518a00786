using System.Runtime.InteropServices;
using Store.Native;

namespace Store;

/// <summary>
/// The frames of the batch being built, in native memory that does not move: a span handed out stays good until the
/// batch is committed. One thread.
/// </summary>
internal sealed unsafe class FrameBatch : IDisposable
{
    /// <summary>Frames whose memory is kept between batches: 8 MiB. A larger batch returns the rest.</summary>
    private const int KeptFrames = 256;

    private Frame[] _frames = new Frame[16];
    private int _count;
    private ulong _firstNumber;
    private bool _open;

    internal FrameBatch(ulong firstNumber) => _firstNumber = firstNumber;

    /// <summary>The number the next new frame gets.</summary>
    internal ulong NextNumber => _firstNumber + (uint)_count;

    /// <summary>The position that the next record gets, if it fits into the open frame.</summary>
    internal ulong NextPosition => _open && _frames[_count - 1].Used <= Framing.TargetFrame - Framing.Space(1)
        ? Position.Of(NextNumber - 1, _frames[_count - 1].Used)
        : Position.Of(NextNumber, 0);

    internal int Count => _count;

    internal bool IsEmpty => _count == 0;

    /// <summary>
    /// Space for one record of <paramref name="length"/> bytes, its prefix and padding already written.
    /// </summary>
    internal Span<byte> Reserve(int length, out ulong position)
    {
        var space = Framing.Space(length);
        if (!_open || _frames[_count - 1].Used + space > Framing.TargetFrame)
        {
            OpenFrame(space);
        }
        ref var frame = ref _frames[_count - 1];
        position = Position.Of(_firstNumber + (uint)_count - 1, frame.Used);
        var at = frame.Memory + frame.Used;
        frame.Used += space;
        // The last word first: it covers the padding, and the record's own bytes overwrite the rest of it.
        *(uint*)(at + space - sizeof(uint)) = 0;
        *(uint*)at = (uint)length;
        return new Span<byte>(at + Framing.Prefix, length);
    }

    /// <summary>Puts every frame in the write batch, once.</summary>
    internal void PutTo(nint batch, nint family)
    {
        for (var i = 0; i < _count; i++)
        {
            var key = LogKey.Encode(_firstNumber + (uint)i);
            RocksDb.BatchPut(batch, family, (byte*)&key, LogKey.Size, _frames[i].Memory, (nuint)_frames[i].Used);
        }
    }

    /// <summary>Starts the next batch; the frame numbers go on.</summary>
    internal void Clear()
    {
        _firstNumber += (uint)_count;
        for (var i = 0; i < _count; i++)
        {
            if (i >= KeptFrames || _frames[i].Capacity > Framing.TargetFrame)
            {
                NativeMemory.Free(_frames[i].Memory);
                _frames[i] = default;
            }
        }
        _count = 0;
        _open = false;
    }

    public void Dispose()
    {
        foreach (var frame in _frames)
        {
            NativeMemory.Free(frame.Memory);
        }
        _frames = [];
        _count = 0;
    }

    private void OpenFrame(int space)
    {
        if (_count == _frames.Length)
        {
            Array.Resize(ref _frames, _frames.Length * 2);
        }
        ref var frame = ref _frames[_count];
        var capacity = Math.Max(space, Framing.TargetFrame);
        if (frame.Capacity < capacity)
        {
            NativeMemory.Free(frame.Memory);
            frame.Memory = (byte*)NativeMemory.Alloc((nuint)capacity);
            frame.Capacity = capacity;
        }
        frame.Used = 0;
        _count++;
        _open = true;
    }

    private struct Frame
    {
        internal byte* Memory;
        internal int Capacity;
        internal int Used;
    }
}
