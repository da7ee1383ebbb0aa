/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * jump.h - executing one instruction somewhere, by the machine
 *
 * What lies there may be a return, zeros, or nothing at all. x86 steps over a single
 * instruction. Elsewhere a process cannot step itself: there zeros are no instruction,
 * which is as good a proof that they were fetched.
 */
#ifndef JUMP_H
#define JUMP_H

#include <stdbool.h>
#include <stdint.h>

/* The instruction that returns, as it lies in memory; and what is no address at all. */
#if defined(__x86_64__)
typedef uint8_t instruction;
#define RETURN		0xc3
#define NO_ADDRESS	0x4000000000000000
#elif defined(__aarch64__)
typedef uint32_t instruction;
#define RETURN		0xd65f03c0
/* The uppermost byte is a tag. */
#define NO_ADDRESS	0x0010000000000000
#elif defined(__riscv)
typedef uint16_t instruction;
#define RETURN		0x8082
#define NO_ADDRESS	0x4000000000000000
#else
#error how this machine jumps is not written yet
#endif

/* Executes what is at @va, with registers that point to @harmless. */
void jump(unsigned long va, void *harmless);

/* In a handler: is @signal one of jump()'s own? Then whether it is to return. */
bool jump_signal(int signal, bool *on);

/*
 * Entering a handler sets x86's register of the protection keys; a jump out of it leaves
 * it so.
 */
void keys_save(void);
void keys_restore(void);

#endif /* JUMP_H */
