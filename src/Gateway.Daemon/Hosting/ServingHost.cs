using Microsoft.AspNetCore.Builder;

namespace Gateway.Daemon.Hosting;

/// <summary>Web hosts that take nothing from settings files or the environment.</summary>
internal static class ServingHost
{
    /// <summary>A builder without sources of configuration.</summary>
    public static WebApplicationBuilder CreateBuilder()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = "/",
            EnvironmentName = "Production",

            // Waiting for settings files to change watches every directory under the content root (inotify(7)).
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Configuration.Sources.Clear();
        return builder;
    }
}
