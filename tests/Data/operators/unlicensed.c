// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused: says nothing of its licence. */
#include <gw/operator.h>

GW_ACTOR(unlicensed)
{
	return GW_ANSWER_DONE;
}
