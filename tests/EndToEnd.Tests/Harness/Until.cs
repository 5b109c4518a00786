using System.Diagnostics;
using Xunit.Sdk;

namespace EndToEnd.Tests.Harness;

/// <summary>Waiting on conditions, each with a deadline and a sentence about what did not happen.</summary>
internal static class Until
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static Task True(string what, Func<bool> condition, TimeSpan? within = null) =>
        True(what, () => Task.FromResult(condition()), within);

    public static async Task True(string what, Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var limit = within ?? Usual;
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > limit)
                throw new XunitException($"Not within {limit.TotalSeconds:0.#} s: {what}");
            await Task.Delay(Step);
        }
    }

    public static async Task<T> Found<T>(string what, Func<Task<T?>> find, TimeSpan? within = null)
        where T : class
    {
        T? found = null;
        await True(what, async () => (found = await find()) is not null, within);
        return found!;
    }

    public static Task<T> Found<T>(string what, Func<T?> find, TimeSpan? within = null)
        where T : class =>
        Found(what, () => Task.FromResult(find()), within);

    /// <summary>The task's result, or a failure that says what was waited for.</summary>
    public static async Task<T> Done<T>(string what, Task<T> task, TimeSpan? within = null)
    {
        var limit = within ?? Usual;
        if (await Task.WhenAny(task, Task.Delay(limit)) != task)
            throw new XunitException($"Not within {limit.TotalSeconds:0.#} s: {what}");
        return await task;
    }
}
