// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* An actor that asks for whatever args[0] says, sensible or not. */
#include <gw/operator.h>

static __always_inline int append_prio(struct gw_operator *operator)
{
	int at = gw_make_room(operator, 3);

	if (at < 0)
		return GW_ANSWER_NOTHING;
	gw_set_option_byte(operator, at, TCPOPT_MPTCP);
	gw_set_option_byte(operator, at + 1, 3);
	gw_set_option_byte(operator, at + 2, MPTCP_SUB_PRIO << 4 | MPTCP_PRIO_BACKUP);
	return GW_ANSWER_DONE;
}

GW_ACTOR(probe)
{
	__u64 wanted = operator->args[1];
	__u32 i;
	int at;

	switch (operator->args[0]) {
	case 1: /* an answer that is none */
		return operator->args[1];
	case 2:
		operator->verdict = operator->args[1];
		return GW_ANSWER_DONE;
	case 3:
		operator->set_dscp = operator->args[1];
		return GW_ANSWER_DONE;
	case 4:
		operator->lower_window = operator->args[1];
		return GW_ANSWER_DONE;
	case 5:
		operator->options_length = operator->args[1];
		return GW_ANSWER_DONE;
	case 6: /* one byte of the options, anywhere */
		gw_set_option_byte(operator, operator->args[1], operator->args[2]);
		return GW_ANSWER_DONE;
	case 7:
		return append_prio(operator);
	case 8:
		at = gw_find_option(operator, operator->args[1]);
		if (at < 0)
			return GW_ANSWER_NOTHING;
		gw_remove_option(operator, at);
		return GW_ANSWER_DONE;
	case 9: /* scribble over all it was given */
		for (i = 0; i < sizeof(*operator) / 8; i++)
			((__u64 *)operator)[i] = 0xa5a5a5a5a5a5a5a5ull;
		return wanted ? GW_ANSWER_DONE : GW_ANSWER_NOTHING;
	case 10: /* growth by hand, on any packet */
		for (i = 0; i < 4; i++)
			gw_set_option_byte(operator, operator->options_length + i, TCPOPT_NOP);
		operator->options_length += 4;
		return GW_ANSWER_DONE;
	case 11: /* the same option again */
		at = gw_find_mptcp(operator, operator->args[1]);
		if (at < 0)
			return GW_ANSWER_NOTHING;
		gw_set_option_byte(operator, 0, TCPOPT_MPTCP);
		gw_set_option_byte(operator, 1, 4);
		gw_set_option_byte(operator, 2, operator->args[1] << 4);
		for (i = 3; i < 12; i++)
			gw_set_option_byte(operator, i, i == 3 ? 0 : TCPOPT_NOP);
		return GW_ANSWER_DONE;
	case 12: /* DSCP by what is known: the fact args[1] is compared with args[2] */
		i = operator->args[1] == 0 ? operator->source_port : operator->args[1] == 1 ? operator->payload :
		    operator->args[1] == 2 ? operator->ordinal : operator->args[1] == 3 ? operator->wscale_known :
		    operator->args[1] == 4 ? operator->version : operator->args[1] == 5 ? operator->options_length :
		    operator->args[1] == 6 ? operator->hook : operator->args[1] == 7 ? operator->port :
		    operator->args[1] == 8 ? operator->family : operator->args[1] == 9 ? (__u32)(operator->connection >> 32) :
		    operator->args[1] == 10 ? operator->mss[1] : operator->args[3];
		if (i != operator->args[2])
			return GW_ANSWER_NOTHING;
		operator->set_dscp = 1 + 11;
		return GW_ANSWER_DONE;
	default:
		return GW_ANSWER_NOTHING;
	}
}

char _license[] SEC("license") = "Dual MIT/GPL";
