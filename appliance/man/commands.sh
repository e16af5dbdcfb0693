#!/usr/bin/env bash
# Writes the manual page of gatewayctl from what it says itself: commands.sh GATEWAYCTL DATE
set -euo pipefail
program=$1 date=$2

text() { sed -e 's/\\/\\e/g' -e "s/^\([.']\)/\\\\\&\1/"; }

# One section of a help text, without its indentation.
section() { awk -v want="$2:" '/^[^ ].*:$/ { on = $0 == want; next } on && NF { sub(/^  /, ""); print }' <<<"$1"; }

# Lines "term   explanation" as tagged paragraphs.
terms() { awk '{ at = match($0, /   */); print ".TP"; print "\\fB" substr($0, 1, at - 1) "\\fR"; print substr($0, at + RLENGTH) }' | sed 's/-/\\-/g'; }

describe() { # command words
	local help names name
	# What is no command shows its parent's help, without end.
	[ $# -le 3 ] || { echo "commands.sh: '$*' is too deep for a command" >&2; exit 1; }
	help=$("$program" "$@" --help)
	# "get, show <REVISION>": the first is its name, the others are aliases.
	names=$(section "$help" Commands | awk '{ sub(/,$/, "", $1); print $1 }')
	if [ $# -gt 0 ] && [ -z "$names" ]; then
		printf '.SS %s\n' "$(section "$help" Usage | head -1 | sed 's/-/\\-/g')"
		section "$help" Description | text
		{ section "$help" Arguments; section "$help" Options | sed -e '/^-?, -h/d' -e '/^--\(socket\|address\|ca\|cert\|key\|server-name\|context\) /d' -e '/^-o, --output/d'; } | terms
	fi
	for name in $names; do
		describe "$@" "$name"
	done
}

help=$("$program" --help)
printf '.TH GATEWAYCTL 1 %s "eMPTCP Gateway"\n.SH NAME\ngatewayctl \\- steer the eMPTCP Gateway\n' "$date"
printf '.SH SYNOPSIS\n.B gatewayctl\n[\\fIoptions\\fR] \\fIcommand\\fR\n.SH DESCRIPTION\n'
section "$help" Description | text
printf '.SH OPTIONS\n'
section "$help" Options | terms
printf '.SH COMMANDS\n'
describe
cat <<'EOF'
.SH CONTEXTS
Gateways by name, for
.BR \-\-context ,
stand in ~/.config/gatewayctl/contexts.yaml ($XDG_CONFIG_HOME); paths in it start at its directory, and
.B current
names the one that is meant without
.B \-\-context
and
.BR $GATEWAYCTL_CONTEXT .
.PP
.nf
current: edge
contexts:
  \- {name: edge, address: "edge.example.net:9443", ca: ca.pem, cert: me.pem, key: me.key}
  \- {name: here, socket: /run/gateway/gateway.sock}
.fi
.PP
.B server_name
is the name in the daemon's certificate when it is not the host of the address.
EOF
printf '.SH EXIT STATUS\n'
section "$help" 'Exit codes' | sed 's/  */   /' | terms
printf '.SH SEE ALSO\n.BR gatewayd (8),\n.BR gateway-policy (5)\n'
