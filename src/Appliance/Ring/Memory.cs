using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Appliance.Ring;

/// <summary>Asks for memory before it is needed; the thread does not wait for it.</summary>
public static class Memory
{
    private const int Line = 64;
    private const int LinesOfStart = 4;

    /// <summary>The line of the cache that a value begins on.</summary>
    public static unsafe void Fetch<T>(ref readonly T value)
    {
        // Only a hint: should the collector move the value meanwhile, another line is fetched in vain.
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in value)));
    }

    /// <summary>The first lines of a long value, as far as all entries of the ring use it.</summary>
    public static unsafe void FetchStart<T>(ref readonly T value)
    {
        if (!Sse.IsSupported) return;
        var first = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in value));
        for (var line = 0; line < LinesOfStart; line++) Sse.Prefetch0(first + (line * Line));
    }

    /// <summary>All lines of a value.</summary>
    public static unsafe void FetchAll<T>(ref readonly T value)
    {
        if (!Sse.IsSupported) return;
        var first = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in value));
        for (var at = 0; at < Unsafe.SizeOf<T>(); at += Line) Sse.Prefetch0(first + at);
        Sse.Prefetch0(first + Unsafe.SizeOf<T>() - 1);
    }

    /// <summary>The first fields of an object.</summary>
    public static void FetchObject(object value) => Fetch(ref Unsafe.As<StrongBox<long>>(value).Value);

    /// <summary>All lines of some bytes.</summary>
    public static unsafe void FetchAll(ReadOnlySpan<byte> bytes)
    {
        if (!Sse.IsSupported) return;
        ref var first = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(bytes);
        for (var at = 0; at < bytes.Length; at += Line) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, at)));
    }
}
