using System.Security.Cryptography;
using Appliance.Ingress;
using Appliance.Ingress.Smpp;
using Xunit;

namespace Appliance.Tests.Ingress;

/// <summary>Who may bind, and what sessions that are bound know of their account.</summary>
public sealed class EsmeAccountsTests
{
    [Fact]
    public void A_session_goes_by_its_account_as_it_is_configured_now()
    {
        var accounts = new EsmeAccounts([Account(1, "one", "secret"), Account(2, "two", "secret")]);
        var seat = accounts.Authenticate("one"u8, "secret"u8)!.Seat;
        Assert.True(seat.TryEnter(2));
        Assert.Null(accounts.Authenticate("one"u8, "other"u8));

        // Another password and name: who is bound stays, and its binds count.
        accounts.Replace([Account(1, "uno", "other", rate: 7), Account(3, "three", "secret")]);
        Assert.Equal(("uno", 7, 1), (seat.Account!.SystemId, seat.Account.Rate.PerSecond, seat.Binds));
        Assert.Null(accounts.Authenticate("one"u8, "secret"u8));
        Assert.Same(seat, accounts.Authenticate("uno"u8, "other"u8)!.Seat);
        Assert.NotNull(accounts.Authenticate("three"u8, "secret"u8));
        Assert.Null(accounts.Authenticate("two"u8, "secret"u8));

        accounts.Replace([]);
        Assert.Null(seat.Account);
        Assert.Null(accounts.Authenticate("uno"u8, "other"u8));

        // Back again, with the session that has not ended yet.
        accounts.Replace([Account(1, "one", "secret")]);
        Assert.Equal("one", seat.Account!.SystemId);
        Assert.True(seat.TryEnter(2));
        Assert.False(seat.TryEnter(2));
    }

    private static EsmeAccount Account(ushort id, string systemId, string password, int rate = 0) => new(
        id, systemId, systemId, SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(password)), 2, false,
        new AccountRate(rate));
}
