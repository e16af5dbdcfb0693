/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Structures and limits shared by the packet programs and the control plane.
 *
 * All fields are in host byte order unless a line says "wire": those are copied from packets as they
 * are (network byte order). C# mirrors are generated from the BTF of these declarations.
 */
#ifndef GW_ABI_H
#define GW_ABI_H

#include "abi/event.h"
#include "abi/flow.h"
#include "abi/limits.h"
#include "abi/operator.h"
#include "abi/policy.h"
#include "abi/port.h"
#include "abi/rewrite.h"
#include "abi/set.h"

#endif
