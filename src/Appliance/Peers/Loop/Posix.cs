using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Peers.Loop;

/// <summary>
/// The handful of Linux calls an event loop makes. Everything that is not made once a turn (bind, options) goes
/// through <see cref="System.Net.Sockets.Socket"/> instead, but for connecting: there the framework would keep the
/// socket in an epoll of its own.
/// </summary>
internal static unsafe partial class Posix
{
    internal const uint EpollIn = 0x001;
    internal const uint EpollOut = 0x004;
    internal const uint EpollErr = 0x008;
    internal const uint EpollHup = 0x010;

    internal const int EpollAdd = 1;
    internal const int EpollDelete = 2;
    internal const int EpollModify = 3;

    internal const int MsgDontWait = 0x40;
    internal const int MsgNoSignal = 0x4000;

    internal const int Eintr = 4;
    internal const int Eagain = 11;

    private const int Einprogress = 115;
    private const int InterNetwork = 2;
    private const int InterNetworkV6 = 10;
    private const int Stream = 1;
    private const int SocketLevel = 1;
    private const int SocketError = 4;

    /// <summary>struct epoll_event is packed on x86-64 only: 4 bytes of events, then 8 of data.</summary>
    internal static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int DataOffset = EventSize - 8;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    internal static int CreateEpoll() => Checked(epoll_create1(CloseOnExec), "epoll_create1");

    internal static int CreateEvent() => Checked(eventfd(0, CloseOnExec | NonBlocking), "eventfd");

    internal static void Control(int epoll, int operation, int fd, uint events, ulong data)
    {
        byte* buffer = stackalloc byte[16];
        Unsafe.WriteUnaligned(buffer, events);
        Unsafe.WriteUnaligned(buffer + DataOffset, data);
        Checked(epoll_ctl(epoll, operation, fd, buffer), "epoll_ctl");
    }

    internal static (uint Events, ulong Data) Event(byte* events, int index)
    {
        byte* at = events + (long)index * EventSize;
        return (Unsafe.ReadUnaligned<uint>(at), Unsafe.ReadUnaligned<ulong>(at + DataOffset));
    }

    /// <summary>Waits with time-outs in nanoseconds: an open-loop rate needs finer ones than milliseconds.</summary>
    /// <returns>How many events are in <paramref name="events"/>; 0 on a time-out or a signal.</returns>
    internal static int Wait(int epoll, byte* events, int capacity, long timeoutNanoseconds)
    {
        var timeout = new TimeSpec
        {
            Seconds = (nint)(timeoutNanoseconds / 1_000_000_000),
            Nanoseconds = (nint)(timeoutNanoseconds % 1_000_000_000),
        };
        int count = epoll_pwait2(epoll, events, capacity, &timeout, null);
        if (count >= 0) return count;
        return Marshal.GetLastPInvokeError() == Eintr ? 0 : Checked(count, "epoll_pwait2");
    }

    internal static nint Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* at = buffer) return recv(fd, at, buffer.Length, MsgDontWait);
    }

    internal static nint Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes) return send(fd, at, bytes.Length, MsgDontWait | MsgNoSignal);
    }

    /// <summary>A TCP socket that never blocks.</summary>
    internal static int OpenStream(bool v6) =>
        Checked(socket(v6 ? InterNetworkV6 : InterNetwork, Stream | CloseOnExec | NonBlocking, 0), "socket");

    /// <param name="address">A sockaddr.</param>
    /// <returns>False while it is under way: the descriptor becomes writable when it is decided.</returns>
    internal static bool TryConnect(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* at = address)
        {
            var result = connect(fd, at, (uint)address.Length);
            if (result < 0 && Marshal.GetLastPInvokeError() is Einprogress or Eintr) return false;
            Checked(result, "connect");
            return true;
        }
    }

    /// <summary>The error of what was under way; null where there was none.</summary>
    internal static string? TakeError(int fd)
    {
        var error = 0;
        var length = (uint)sizeof(int);
        Checked(getsockopt(fd, SocketLevel, SocketError, &error, &length), "getsockopt");
        return error == 0 ? null : Marshal.GetPInvokeErrorMessage(error);
    }

    internal static void Signal(int eventFd)
    {
        ulong one = 1;
        _ = write(eventFd, (byte*)&one, 8);
    }

    internal static void ClearSignal(int eventFd)
    {
        ulong count;
        _ = read(eventFd, (byte*)&count, 8);
    }

    internal static void Close(int fd) => _ = close(fd);

    /// <summary>User and system CPU time of this process, in nanoseconds.</summary>
    internal static long CpuNanoseconds()
    {
        const int ProcessCpuClock = 2;
        TimeSpec time;
        Checked(clock_gettime(ProcessCpuClock, &time), "clock_gettime");
        return time.Seconds * 1_000_000_000L + time.Nanoseconds;
    }

    private static int Checked(int result, string call)
    {
        if (result >= 0) return result;
        int error = Marshal.GetLastPInvokeError();
        throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private struct TimeSpec
    {
        internal nint Seconds;
        internal nint Nanoseconds;
    }

    private const string C = "libc.so.6";

    [LibraryImport(C, SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport(C, SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int fd, byte* change);

    [LibraryImport(C, SetLastError = true)]
    private static partial int epoll_pwait2(int epoll, byte* events, int capacity, TimeSpec* timeout, void* signals);

    [LibraryImport(C, SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport(C, SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport(C, SetLastError = true)]
    private static partial int connect(int fd, byte* address, uint length);

    [LibraryImport(C, SetLastError = true)]
    private static partial int getsockopt(int fd, int level, int name, int* value, uint* length);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint recv(int fd, byte* buffer, nint length, int flags);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint send(int fd, byte* buffer, nint length, int flags);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint read(int fd, byte* buffer, nint length);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint write(int fd, byte* buffer, nint length);

    [LibraryImport(C, SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport(C, SetLastError = true)]
    private static partial int clock_gettime(int clock, TimeSpec* time);
}
