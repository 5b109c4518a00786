using System.Runtime.InteropServices;

namespace Store;

/// <summary>
/// The calling thread's name as the system knows it (prctl(2), PR_SET_NAME; 15 characters): `top -H` and a profile say
/// whose work it does. The runtime gives threads no such name.
/// </summary>
public static partial class ThreadName
{
    private const int SetName = 15;

    public static void Set(string name)
    {
        // It is a convenience: a system that refuses loses nothing.
        if (OperatingSystem.IsLinux()) _ = Prctl(SetName, name);
    }

    [LibraryImport("libc", EntryPoint = "prctl", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Prctl(int option, string name);
}
