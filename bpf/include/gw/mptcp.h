/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Numbers of the wire: Ethernet, IP, TCP (RFC 9293) and MPTCP options (RFC 8684, RFC 6824). */
#ifndef GW_MPTCP_H
#define GW_MPTCP_H

#define ETH_P_IP	0x0800
#define ETH_P_IPV6	0x86DD
#define ETH_P_8021Q	0x8100
#define ETH_P_8021AD	0x88A8

#define IPPROTO_HOPOPTS		0
#define IPPROTO_TCP		6
#define IPPROTO_UDP		17
#define IPPROTO_ROUTING		43
#define IPPROTO_FRAGMENT	44
#define IPPROTO_AH		51
#define IPPROTO_DSTOPTS		60

#define TCP_FIN	0x01
#define TCP_SYN	0x02
#define TCP_RST	0x04
#define TCP_ACK	0x10

#define TCPOPT_EOL		0
#define TCPOPT_NOP		1
#define TCPOPT_MSS		2
#define TCPOPT_WINDOW		3
#define TCPOPT_SACK_PERM	4
#define TCPOPT_TIMESTAMP	8
#define TCPOPT_MPTCP		30

#define TCPOLEN_MSS		4
#define TCPOLEN_WINDOW		3
#define TCPOLEN_TIMESTAMP	10

/* RFC 7323, section 2.3: shifts above 14 are used as 14. */
#define TCP_MAX_WSCALE		14

#define MPTCP_SUB_CAPABLE	0
#define MPTCP_SUB_JOIN		1
#define MPTCP_SUB_DSS		2
#define MPTCP_SUB_ADD_ADDR	3
#define MPTCP_SUB_REMOVE_ADDR	4
#define MPTCP_SUB_PRIO		5
#define MPTCP_SUB_FAIL		6
#define MPTCP_SUB_FASTCLOSE	7
#define MPTCP_SUB_TCPRST	8
#define MPTCP_SUBTYPES		16	/* the field has four bits */

/* RFC 8684, section 3.1: the fourth octet of the ACK's and first data packet's MP_CAPABLE is followed by keys. */
#define MPTCP_CAPABLE_KEYS	20
#define MPTCP_JOIN_SYN		12
#define MPTCP_JOIN_SYN_ACK	16
#define MPTCP_JOIN_BACKUP	0x01

/* RFC 8684, section 3.3: flags in the fourth octet of DSS. */
#define MPTCP_DSS_ACK		0x01
#define MPTCP_DSS_ACK8		0x02
#define MPTCP_DSS_MAP		0x04
#define MPTCP_DSS_MAP8		0x08

/* RFC 8684, section 3.4.1: low nibble of ADD_ADDR's third octet. */
#define MPTCP_ADD_ADDR_ECHO	0x01
/* RFC 6824, section 3.4.1: the same nibble is the IP version. */
#define MPTCP_V0_IPVER4		4
#define MPTCP_V0_IPVER6		6

/* RFC 8684, section 3.3.8. */
#define MPTCP_PRIO_BACKUP	0x01

#endif
