# Completion of gatewayctl for fish: gatewayctl itself tells what can follow.
complete -c gatewayctl -a '(gatewayctl "[suggest:"(commandline -C)"]" (commandline))'
