// d09e8ca6cb93 "mm: anonymous shared memory naming" (6.2): anon_name left the union with shared
#include <linux/build_bug.h>
#include <linux/mm_types.h>

#ifdef CONFIG_ANON_VMA_NAME
static_assert(offsetof(struct vm_area_struct, anon_name) !=
	      offsetof(struct vm_area_struct, shared));
#endif
