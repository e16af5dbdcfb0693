/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Keeps the whole ABI in the object's BTF: types used only behind pointers would be left out, and the
 * C# mirrors are generated from there.
 */
#ifndef GW_BTF_H
#define GW_BTF_H

#include "abi.h"

struct gw_abi {
	enum gw_limits limits;
	enum gw_hook hook;
	enum gw_direction direction;
	enum gw_packet_type packet_type;
	enum gw_generation_flag generation_flag;
	enum gw_port_flag port_flag;
	enum gw_match match;
	enum gw_flow_flag flow_flag;
	enum gw_flow_dir_flag flow_dir_flag;
	enum gw_flow_class_flag flow_class_flag;
	enum gw_control_flag control_flag;
	enum gw_op op;
	enum gw_blk_flag blk_flag;
	enum gw_mac_mode mac_mode;
	enum gw_add_flag add_flag;
	enum gw_stored_kind stored_kind;
	enum gw_stored_flag stored_flag;
	enum gw_rate_flag rate_flag;
	enum gw_rate_state rate_state;
	enum gw_mark_flag mark_flag;
	enum gw_rewrite_flag rewrite_flag;
	enum gw_rewrite_side rewrite_side;
	enum gw_rewrite_end rewrite_end;
	enum gw_condition_kind condition_kind;
	enum gw_event_type event_type;
	enum gw_reason reason;
	struct gw_control control;
	struct gw_generation generation;
	struct gw_port port;
	struct gw_port_stats port_stats;
	struct gw_chain_stats chain_stats;
	struct gw_step_stats step_stats;
	struct gw_flow_key4 flow_key4;
	struct gw_flow_key6 flow_key6;
	struct gw_rule_key4 rule_key4;
	struct gw_rule_key6 rule_key6;
	struct gw_flow flow;
	struct gw_connection connection;
	struct gw_stored_key stored_key;
	struct gw_stored_option stored_option;
	struct gw_shared_rate_key shared_rate_key;
	struct gw_shared_rate shared_rate;
	struct gw_chain chain;
	struct gw_operand operand;
	struct gw_redirect_operand redirect_operand;
	struct gw_rewrite_operand rewrite_operand;
	struct gw_rewrite_key rewrite_key;
	struct gw_rewrite rewrite;
	struct gw_rewrite_filter rewrite_filter;
	struct gw_custom_operand custom_operand;
	struct gw_term term;
	struct gw_vector vector;
	struct gw_prefix_class prefix_class;
	struct gw_prefix4 prefix4;
	struct gw_prefix6 prefix6;
	struct gw_port_block port_block;
	struct gw_places places;
	struct gw_term_list term_list;
	struct gw_event event;
	struct gw_capture capture;
};

__noinline int gw_abi(struct gw_abi *abi)
{
	return abi ? abi->limits : 0;
}

#endif
