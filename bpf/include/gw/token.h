/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Tokens from keys: the most significant 32 bits of SHA-256 (RFC 8684, section 3.2) or SHA-1
 * (RFC 6824, section 3.2) of the 8-byte key. A key is always one block, so neither needs more. The least
 * significant 64 bits are the initial data sequence number of the key's owner (section 3.1 of both).
 */
#ifndef GW_TOKEN_H
#define GW_TOKEN_H

#include <linux/types.h>

/* Message schedule of one block; a map's value, because the index is variable. */
struct gw_digest {
	__u32 w[16];
	__u64 idsn;			/* of the key digested last */
};

static const volatile __u32 gw_sha256_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static __always_inline __u32 gw_ror(__u32 x, int n)
{
	return x >> n | x << (32 - n);
}

static __always_inline void gw_pad_key(struct gw_digest *digest, __u32 key_high, __u32 key_low)
{
	int i;

	digest->w[0] = key_high;
	digest->w[1] = key_low;
	digest->w[2] = 0x80000000;
	for (i = 3; i < 15; i++)
		digest->w[i] = 0;
	digest->w[15] = 64;
}

/* Key halves in host order; digest is scratch, wiped but for idsn. Returns the token in host order. */
__noinline int gw_token_sha256(struct gw_digest *digest, __u32 key_high, __u32 key_low)
{
	__u32 a = 0x6a09e667, b = 0xbb67ae85, c = 0x3c6ef372, d = 0xa54ff53a;
	__u32 e = 0x510e527f, f = 0x9b05688c, g = 0x1f83d9ab, h = 0x5be0cd19;
	__u32 i;

	if (!digest)
		return 0;
	gw_pad_key(digest, key_high, key_low);
	for (i = 0; i < 64; i++) {
		__u32 w = digest->w[i & 15], t1, t2;

		if (i >= 16) {
			__u32 w15 = digest->w[(i + 1) & 15], w2 = digest->w[(i + 14) & 15];

			w += (gw_ror(w15, 7) ^ gw_ror(w15, 18) ^ (w15 >> 3)) + digest->w[(i + 9) & 15] +
			     (gw_ror(w2, 17) ^ gw_ror(w2, 19) ^ (w2 >> 10));
			digest->w[i & 15] = w;
		}
		t1 = h + (gw_ror(e, 6) ^ gw_ror(e, 11) ^ gw_ror(e, 25)) + ((e & f) ^ (~e & g)) +
		     gw_sha256_k[i & 63] + w;
		t2 = (gw_ror(a, 2) ^ gw_ror(a, 13) ^ gw_ror(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
		h = g;
		g = f;
		f = e;
		e = d + t1;
		d = c;
		c = b;
		b = a;
		a = t1 + t2;
	}
	gw_pad_key(digest, 0, 0);
	digest->idsn = (__u64)(g + 0x1f83d9ab) << 32 | (h + 0x5be0cd19);
	return a + 0x6a09e667;
}

/* As gw_token_sha256, for MPTCP v0. */
__noinline int gw_token_sha1(struct gw_digest *digest, __u32 key_high, __u32 key_low)
{
	__u32 a = 0x67452301, b = 0xefcdab89, c = 0x98badcfe, d = 0x10325476, e = 0xc3d2e1f0;
	__u32 i;

	if (!digest)
		return 0;
	gw_pad_key(digest, key_high, key_low);
	for (i = 0; i < 80; i++) {
		__u32 w = digest->w[i & 15], f, k, t;

		if (i >= 16) {
			w ^= digest->w[(i + 13) & 15] ^ digest->w[(i + 8) & 15] ^ digest->w[(i + 2) & 15];
			w = gw_ror(w, 31);
			digest->w[i & 15] = w;
		}
		if (i < 20) {
			f = (b & c) | (~b & d);
			k = 0x5a827999;
		} else if (i < 40) {
			f = b ^ c ^ d;
			k = 0x6ed9eba1;
		} else if (i < 60) {
			f = (b & c) | (b & d) | (c & d);
			k = 0x8f1bbcdc;
		} else {
			f = b ^ c ^ d;
			k = 0xca62c1d6;
		}
		t = gw_ror(a, 27) + f + e + k + w;
		e = d;
		d = c;
		c = gw_ror(b, 2);
		b = a;
		a = t;
	}
	gw_pad_key(digest, 0, 0);
	digest->idsn = (__u64)(d + 0x10325476) << 32 | (e + 0xc3d2e1f0);
	return a + 0x67452301;
}

#endif
