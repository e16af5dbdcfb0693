# Sourced by test.sh: real MPTCP connections between the hosts, through the gateway.

start_server() {
	ip netns exec gwimage-server python3 "$root/image/test/traffic.py" serve 10.92.0.2 5201 >"$work/server.log" 2>&1 &
	local server=$!
	disown "$server"
	until grep -q listening "$work/server.log"; do
		kill -0 "$server" 2>/dev/null || fail "the server does not start: $(cat "$work/server.log")"
		sleep 0.2
	done
}

mib() { # HOST COUNTER: one of the kernel's MPTCP counters
	ip netns exec "gwimage-$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { print $2 }'
}

# Sends for some seconds over both subflows: $sent bytes that arrived as they were sent, of which $second_share percent went
# over the second subflow from the second second on, and $prio, MP_PRIO options the client has received meanwhile.
send() {
	local before result errors
	before=$(mib client MPTcpExtMPPrioRx)
	errors=$(($(mib client TcpInCsumErrors) + $(mib server TcpInCsumErrors)))
	result=$(ip netns exec gwimage-client timeout 120 python3 "$root/image/test/traffic.py" send 10.92.0.2 5201 8) ||
		fail "the hosts do not reach each other through the gateway"
	prio=$(($(mib client MPTcpExtMPPrioRx) - before))
	[ "$(($(mib client TcpInCsumErrors) + $(mib server TcpInCsumErrors)))" = "$errors" ] || fail "TCP checksums were wrong"
	sent=$(jq .sent <<<"$result")
	second_share=$(jq '[.subflows[]] as $all | (.subflows["10.92.0.3"] // 0) * 100 / ($all | add) | floor' <<<"$result")
	[ "$(jq '.subflows | length' <<<"$result")" = 2 ] || fail "the connection has not two subflows: $result"
	echo "   $((sent / 1000000)) MB in 8 s, $second_share % over the second subflow, $prio MP_PRIO received"
}

POLICY='
version: 1
name: second-is-backup
chains:
  - name: demote-second
    priority: 100
    select:
      any:
        - src: 10.92.0.3
        - dst: 10.92.0.3
    actors:
      - set_backup: on
      - count
'

steered() { # WHEN
	send
	[ "$prio" -ge 1 ] || fail "$1 the client has received no MP_PRIO"
	[ "$second_share" -le 5 ] || fail "$1 $second_share % of the data went over the subflow that is backup"
}

unsteered() { # WHEN
	send
	[ "$prio" = 0 ] || fail "$1 the client has received MP_PRIO although no policy asks for it"
}
