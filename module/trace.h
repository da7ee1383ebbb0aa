/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace.h - what can be traced: who looks at whom, what of it, and what the target feels
 *
 * For ftrace, perf and BPF. Fields stay as they are, and new ones go to the end:
 * Documentation/tracing.rst. A tracepoint that is off costs one jump over nothing, once
 * for each hold of the lock, never for a page.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mmscope

#if !defined(MMSCOPE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MMSCOPE_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>

struct mm_struct;

/* Whose: the process as the initial pid namespace numbers it, and its descriptor. */
TRACE_EVENT(mmscope_attach,
	    TP_PROTO(const struct mm_struct *mm, pid_t target, u32 rights),
	    TP_ARGS(mm, target, rights),
	    TP_STRUCT__entry(__field(const void *, mm)
			     __field(pid_t, target)
			     __field(u32, rights)),
	    TP_fast_assign(__entry->mm = mm;
			   __entry->target = target;
			   __entry->rights = rights;),
	    TP_printk("mm=%p target=%d rights=0x%x", __entry->mm, __entry->target,
		      __entry->rights)
);

DECLARE_EVENT_CLASS(mmscope_whose,
		    TP_PROTO(const struct mm_struct *mm, pid_t target),
		    TP_ARGS(mm, target),
		    TP_STRUCT__entry(__field(const void *, mm)
				     __field(pid_t, target)),
		    TP_fast_assign(__entry->mm = mm;
				   __entry->target = target;),
		    TP_printk("mm=%p target=%d", __entry->mm, __entry->target)
);

DEFINE_EVENT(mmscope_whose, mmscope_detach,
	     TP_PROTO(const struct mm_struct *mm, pid_t target),
	     TP_ARGS(mm, target)
);

TRACE_EVENT(mmscope_denied,
	    TP_PROTO(pid_t target, int error),
	    TP_ARGS(target, error),
	    TP_STRUCT__entry(__field(pid_t, target)
			     __field(int, error)),
	    TP_fast_assign(__entry->target = target;
			   __entry->error = error;),
	    TP_printk("target=%d error=%d", __entry->target, __entry->error)
);

/* Before the lock is waited for; an end follows whatever happens. */
DEFINE_EVENT(mmscope_whose, mmscope_walk_begin,
	     TP_PROTO(const struct mm_struct *mm, pid_t target),
	     TP_ARGS(mm, target)
);

/* After the unlock: what is traced does not hold the lock for longer. */
TRACE_EVENT(mmscope_walk_end,
	    TP_PROTO(const struct mm_struct *mm, pid_t target, u64 pages, u64 hold_ns,
		     int error),
	    TP_ARGS(mm, target, pages, hold_ns, error),
	    TP_STRUCT__entry(__field(const void *, mm)
			     __field(u64, pages)
			     __field(u64, hold_ns)
			     __field(pid_t, target)
			     __field(int, error)),
	    TP_fast_assign(__entry->mm = mm;
			   __entry->pages = pages;
			   __entry->hold_ns = hold_ns;
			   __entry->target = target;
			   __entry->error = error;),
	    TP_printk("mm=%p target=%d pages=%llu hold_ns=%llu error=%d", __entry->mm,
		      __entry->target, __entry->pages, __entry->hold_ns, __entry->error)
);

#endif /* MMSCOPE_TRACE_H */

/* Found by the module's own -I. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
