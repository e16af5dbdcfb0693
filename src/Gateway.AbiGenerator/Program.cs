using Gateway.AbiGenerator;

return GeneratorCommand.Run(args, Console.Out, Console.Error);
