namespace Store;

public static class Database
{
    public static nint Probe() => Native.RocksDb.OptionsCreate();
}
