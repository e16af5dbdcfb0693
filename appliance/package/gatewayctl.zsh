#compdef gatewayctl
# Completion of gatewayctl for zsh: gatewayctl itself tells what can follow.
local -a words_that_follow
words_that_follow=("${(@f)$(gatewayctl "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
if [[ -n "$words_that_follow" ]]; then
	compadd -a words_that_follow
else
	_files
fi
