using Gateway.Daemon.Hosting;

return await DaemonCommand.RunAsync(args).ConfigureAwait(false);
