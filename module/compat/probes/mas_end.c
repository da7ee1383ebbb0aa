// 31c532a8af57 "maple_tree: add end of node tracking to the maple state" (6.8)
#include <linux/maple_tree.h>
#include <linux/mm_types.h>

void *probe(struct vma_iterator *vmi);
void *probe(struct vma_iterator *vmi)
{
	struct ma_state *mas = &vmi->mas;
	struct maple_node *node = (void *)((unsigned long)mas->node & ~MAPLE_NODE_MASK);
	unsigned long type = (unsigned long)mas->node >> MAPLE_NODE_TYPE_SHIFT &
			     MAPLE_NODE_TYPE_MASK;

	if (mas->status != ma_active || type != maple_leaf_64 || mas->offset >= mas->end)
		return NULL;
	return (void *)node->mr64.slot[mas->offset];
}
