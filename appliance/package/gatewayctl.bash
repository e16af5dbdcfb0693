# Completion of gatewayctl for bash: gatewayctl itself tells what can follow.
_gatewayctl() {
	local IFS=$'\n'
	COMPREPLY=($(gatewayctl "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null))
	# What gatewayctl does not know may be a file: policies are.
	((${#COMPREPLY[@]})) || compopt -o default
}
complete -F _gatewayctl gatewayctl
