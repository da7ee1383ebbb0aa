// SPDX-License-Identifier: GPL-2.0-only
/* jump.c - executing one instruction somewhere, by the machine */
#include <signal.h>

#include "jump.h"

#ifdef __x86_64__

static volatile sig_atomic_t stepped;

void jump(unsigned long va, void *harmless)
{
	register unsigned long target asm("r11") = va;

	stepped = 0;
	asm volatile("sub $256, %%rsp\n"
		     "mov %0, %%rax\n"
		     "xor %%edi, %%edi\n"
		     "xor %%esi, %%esi\n"
		     "xor %%edx, %%edx\n"
		     "pushfq\n"
		     "orq $0x100, (%%rsp)\n"
		     "popfq\n"
		     "call *%%r11\n"
		     "nop\n"
		     "nop\n"
		     "add $256, %%rsp\n"
		     : : "r" (harmless), "r" (target)
		     : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "memory", "cc");
}

/*
 * A single step that ends at the target is the call's own; the next one says that the
 * instruction there was fetched and ran.
 */
bool jump_signal(int signal, bool *on)
{
	*on = signal == SIGTRAP && !stepped++;
	return signal == SIGTRAP;
}

static bool has_keys(void)
{
	unsigned int eax = 7, ebx, ecx = 0, edx;

	asm("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
	return ecx & 1 << 4;
}

/* Static: they outlive the jump out of a handler. */
static bool keys;
static unsigned int pkru;

void keys_save(void)
{
	static bool asked;
	unsigned int edx;

	if (!asked)
		keys = has_keys();
	asked = true;
	if (keys)
		asm volatile("rdpkru" : "=a" (pkru), "=d" (edx) : "c" (0));
}

void keys_restore(void)
{
	if (keys)
		asm volatile("wrpkru" : : "a" (pkru), "c" (0), "d" (0) : "memory");
}

#else

#ifdef __aarch64__
void jump(unsigned long va, void *harmless)
{
	register unsigned long target asm("x16") = va;
	register void *all asm("x0") = harmless;

	asm volatile("mov x1, x0\n"
		     "mov x2, x0\n"
		     "mov x3, x0\n"
		     "blr x16\n"
		     : "+r" (all) : "r" (target)
		     : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
		       "x12", "x13", "x14", "x15", "x17", "x18", "x30", "memory", "cc");
}
#else
void jump(unsigned long va, void *harmless)
{
	register unsigned long target asm("t1") = va;
	register void *all asm("a0") = harmless;

	asm volatile("mv a1, a0\n"
		     "mv a2, a0\n"
		     "mv a3, a0\n"
		     "jalr ra, 0(t1)\n"
		     : "+r" (all) : "r" (target)
		     : "ra", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t0", "t2", "t3", "t4",
		       "t5", "t6", "memory");
}
#endif

/* What is no instruction was fetched all the same. */
bool jump_signal(int signal, bool *on)
{
	*on = false;
	return signal == SIGILL;
}

void keys_save(void)
{
}

void keys_restore(void)
{
}

#endif
