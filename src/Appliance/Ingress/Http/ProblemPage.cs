using System.Text;
using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>What a problem type's URI leads to: its title and meaning as plain text.</summary>
internal static class ProblemPage
{
    public static async Task WriteAsync(HttpContext context, string slug)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            await Problem.MethodNotAllowedAsync(context, "GET");
            return;
        }

        if (ApiProblem.All.FirstOrDefault(type => type.Slug == slug) is not { } type)
        {
            await Problem.WriteAsync(context, ProblemType.NotFound, "There is no such problem type.");
            return;
        }

        var text = Encoding.UTF8.GetBytes($"{type.Title} ({type.Status})\n\n{type.Meaning}\n");
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = text.Length;
        await context.Response.BodyWriter.WriteAsync(text);
    }
}
