/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The classifier. Each field of a packet falls into a class that has one bit-vector over all terms of
 * the policy; the AND of a packet's vectors is the set of terms that match it, whatever the number of
 * chains. Exact 4-tuples come from a hash instead. The answer is cached with the flow.
 */
#ifndef GW_CLASSIFY_H
#define GW_CLASSIFY_H

#include "condition.h"

/* Words to pass plus terms to look at: every term of a full policy. */
#define GW_MATCH_ROUNDS (GW_VECTOR_WORDS + GW_MAX_TERMS)

/* The per-packet part of a term. */
static __always_inline int gw_term_matches(struct gw_packet *packet, struct gw_flow *flow, struct gw_term *term)
{
	__u32 types = packet->types;

	return (!term->any || (types & term->any)) && (types & term->all) == term->all && !(types & term->none) &&
	       (!term->conditions || gw_conditions_hold(packet, flow, term));
}

/* Index of the lowest bit set: the number of bits below it. */
static __always_inline __u32 gw_lowest_bit(__u64 word)
{
	__u64 below = (word & -word) - 1;

	below -= (below >> 1) & 0x5555555555555555ull;
	below = (below & 0x3333333333333333ull) + ((below >> 2) & 0x3333333333333333ull);
	below = (below + (below >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return (below * 0x0101010101010101ull) >> 56;
}

static __always_inline struct gw_vector *gw_vector_at(__u32 generation, __u32 id)
{
	return gw_inner_lookup(&gw_vectors, generation, &id);
}

static __always_inline struct gw_vector *gw_port_vector(__u32 generation, __u32 base, __be16 port)
{
	__u32 number = bpf_ntohs(port), index = base + number / GW_PORT_BLOCK;
	struct gw_port_block *block = gw_inner_lookup(&gw_port_classes, generation, &index);

	return block ? gw_vector_at(generation, block->vector[number % GW_PORT_BLOCK]) : NULL;
}

static __always_inline struct gw_prefix_class *gw_prefix_of(__u32 generation, __u8 family, const __u64 *address)
{
	if (family == 4) {
		struct gw_prefix4 key = { .length = 32, .address = address[0] };

		return gw_inner_lookup(&gw_prefixes4, generation, &key);
	} else {
		struct gw_prefix6 key = { .length = 128 };

		__builtin_memcpy(key.address, address, sizeof(key.address));
		return gw_inner_lookup(&gw_prefixes6, generation, &key);
	}
}

static __always_inline struct gw_term_list *gw_exact_terms(__u32 generation, const struct gw_packet *packet)
{
	__u32 *list;

	if (packet->family == 4) {
		struct gw_rule_key4 key = {
			.source = packet->source[0],
			.destination = packet->destination[0],
			.source_port = packet->source_port,
			.destination_port = packet->destination_port,
		};

		list = gw_inner_lookup(&gw_rules4, generation, &key);
	} else {
		struct gw_rule_key6 key = {
			.source = { packet->source[0], packet->source[1] },
			.destination = { packet->destination[0], packet->destination[1] },
			.source_port = packet->source_port,
			.destination_port = packet->destination_port,
		};

		list = gw_inner_lookup(&gw_rules6, generation, &key);
	}
	return list ? gw_inner_lookup(&gw_term_lists, generation, list) : NULL;
}

/* Fills scratch->words with the terms whose flow part matches. Returns 0, or -1 when a table is missing. */
__noinline int gw_match_terms(struct gw_packet *packet, __u32 generation, __u32 where, __u32 direction)
{
	struct gw_vector *place, *toward, *source, *destination, *from, *to;
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_prefix_class *prefix;
	struct gw_term_list *exact;
	struct gw_places *places;
	__u32 zero = 0, i;

	if (!packet || !scratch)
		return -1;
	places = gw_inner_lookup(&gw_places, generation, &zero);
	if (!places)
		return -1;
	place = gw_vector_at(generation, places->where[where % (2 * GW_MAX_PORTS)]);
	toward = gw_vector_at(generation, places->direction[direction & 3]);
	if (!place || !toward)
		return -1;
	prefix = gw_prefix_of(generation, packet->family, packet->source);
	source = prefix ? gw_vector_at(generation, prefix->source) : NULL;
	prefix = gw_prefix_of(generation, packet->family, packet->destination);
	destination = prefix ? gw_vector_at(generation, prefix->destination) : NULL;
	from = gw_port_vector(generation, 0, packet->source_port);
	to = gw_port_vector(generation, 65536 / GW_PORT_BLOCK, packet->destination_port);
	if (!source || !destination || !from || !to)
		return -1;
	for (i = 0; i < GW_VECTOR_WORDS; i++)
		scratch->words[i] = place->word[i] & toward->word[i] & source->word[i] &
				    destination->word[i] & from->word[i] & to->word[i];

	exact = gw_exact_terms(generation, packet);
	for (i = 0; exact && i < GW_LIST_TERMS; i++) {
		__u32 term, word;

		if (i >= exact->count)
			break;
		term = exact->term[i];
		word = (term >> 6) % GW_VECTOR_WORDS;
		scratch->words[word] |= place->word[word] & toward->word[word] & (1ull << (term & 63));
	}
	return 0;
}

struct gw_pick {
	struct gw_scratch *scratch;
	struct gw_flow_class *class;
	struct gw_packet *packet;
	struct gw_flow *flow;		/* for this packet alone; else NULL */
	__u32 generation;
	__u32 word;
};

/* One round of gw_pick_terms: passes an empty word or looks at one term. Returns 1 to stop. */
static long gw_pick_round(__u32 round, struct gw_pick *pick)
{
	__u32 word = pick->word, index, count;
	struct gw_term *term;
	__u64 bits;

	if (word >= GW_VECTOR_WORDS)
		return 1;
	bits = pick->scratch->words[word];
	if (!bits) {
		pick->word++;
		return 0;
	}
	pick->scratch->words[word] = bits & (bits - 1);
	index = word * 64 + gw_lowest_bit(bits);
	term = gw_inner_lookup(&gw_terms, pick->generation, &index);
	if (!term || (pick->flow && !gw_term_matches(pick->packet, pick->flow, term)))
		return 0;
	count = pick->class->count;
	if (count >= GW_FLOW_MATCHES) {
		pick->class->flags |= GW_FLOW_CLASS_FLAG_OVERFLOW;
		return 1;
	}
	pick->class->count = count + 1;
	if (pick->flow || !(term->any | term->all | term->none | term->conditions)) {
		pick->class->match[count] = GW_MATCH_CHAIN | term->chain;
		return 1;
	}
	pick->class->match[count] = index;
	return 0;
}

/*
 * Takes the best terms out of scratch->words into *class. With a flow, only terms whose per-packet part
 * holds count and the first is enough; without, that part is left to each packet.
 */
static __always_inline void gw_pick_terms(struct gw_packet *packet, struct gw_flow *flow, struct gw_flow_class *class,
					  __u32 generation)
{
	struct gw_pick pick = {
		.scratch = gw_get_scratch(),
		.class = class,
		.packet = packet,
		.flow = flow,
		.generation = generation,
	};

	if (pick.scratch)
		bpf_loop(GW_MATCH_ROUNDS, gw_pick_round, &pick, 0);
}

/*
 * Classifies a direction of a flow for one place (hook * GW_MAX_PORTS + port) into the working memory's
 * class. With a flow, for this packet alone.
 */
__noinline int gw_classify(struct gw_packet *packet, __u32 generation, __u32 place, __u32 direction,
			   struct gw_flow *flow)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_generation *facts;
	struct gw_flow_class *class;
	__u32 slot;

	if (!packet || !scratch)
		return 0;
	class = &scratch->class;
	class->generation = generation;
	class->port = place % GW_MAX_PORTS;
	class->direction = direction;
	class->count = 0;
	class->flags = 0;
	slot = generation % GW_GENERATION_SLOTS;
	facts = bpf_map_lookup_elem(&gw_generations, &slot);
	if (!facts || !((place < GW_MAX_PORTS ? facts->ingress_ports : facts->egress_ports) & (1ull << class->port)))
		return 0;
	if (facts->flags & GW_GENERATION_FLAG_TRACK_DATA)
		class->flags = GW_FLOW_CLASS_FLAG_TRACK_DATA;
	if (facts->flags & GW_GENERATION_FLAG_OPERATORS)
		class->flags |= GW_FLOW_CLASS_FLAG_OPERATORS;
	if (!gw_match_terms(packet, generation, place, direction))
		gw_pick_terms(packet, flow, class, generation);
	return 0;
}

/*
 * What the classifier says of the packet's flow at this place: the cached answer while it holds, else a new
 * one. A copy, as another CPU may classify the flow for a newer generation meanwhile.
 */
static __always_inline void gw_class_of(struct gw_packet *packet, struct gw_flow *flow, struct gw_scratch *scratch,
					__u32 generation, __u32 hook, __u32 port, struct gw_flow_class *class)
{
	struct gw_flow_class *cached = &flow->class[(packet->index * 2 + hook) & 3];
	__u32 direction = gw_flow_direction(flow, packet);

	*class = *(volatile struct gw_flow_class *)cached;
	if (class->generation == generation && class->port == port && class->direction == direction &&
	    *(volatile __u32 *)&cached->generation == generation)
		return;
	gw_classify(packet, generation, hook * GW_MAX_PORTS + port, direction, NULL);
	*class = scratch->class;
	*(volatile __u32 *)&cached->generation = 0;
	__builtin_memcpy((__u8 *)cached + 4, (__u8 *)class + 4, sizeof(*cached) - 4);
	*(volatile __u32 *)&cached->generation = generation;
}

/* Index of the chain that runs on the packet, or -1. */
static __always_inline int gw_select(struct gw_packet *packet, struct gw_flow *flow, struct gw_scratch *scratch,
				     const struct gw_flow_class *class)
{
	__u32 i;

	if (class->flags & GW_FLOW_CLASS_FLAG_OVERFLOW) {
		gw_classify(packet, class->generation, scratch->plan.hook * GW_MAX_PORTS + class->port,
			    class->direction, flow);
		return scratch->class.count ? scratch->class.match[0] & ~GW_MATCH_CHAIN : -1;
	}
#pragma unroll
	for (i = 0; i < GW_FLOW_MATCHES; i++) {
		__u32 match = class->match[i];
		struct gw_term *term;

		if (i >= class->count)
			return -1;
		if (match & GW_MATCH_CHAIN)
			return match & ~GW_MATCH_CHAIN;
		term = gw_inner_lookup(&gw_terms, class->generation, &match);
		if (term && gw_term_matches(packet, flow, term))
			return term->chain;
	}
	return -1;
}

#endif
