using System.CommandLine;

namespace Appliance.Commands;

/// <summary>Arguments that take any number of words take misspelt options too, unless told not to.</summary>
internal static class NumberArguments
{
    /// <summary>No number begins with "-": what does is an option that the command does not have.</summary>
    public static void RefuseOptions(this Argument<string[]> argument) => argument.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.StartsWith('-'))
                result.AddError($"{token.Value}: there is no such option; --help lists them");
        }
    });
}
