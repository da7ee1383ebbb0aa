// SPDX-License-Identifier: GPL-2.0
/*
 * status.c - what is known about an address
 */
#include "render/size.h"
#include "status.h"

struct cell status_cell(unsigned int status)
{
	return cell_toned(mmscope_status_name(status),
			  status == MMSCOPE_MAPPED ? TONE_GOOD : TONE_WARN);
}

bool status_has_frame(unsigned int status)
{
	return status == MMSCOPE_MAPPED || status == MMSCOPE_PROTNONE;
}

struct cell result_pa(const struct mmscope_walk_result *result)
{
	return status_has_frame(result->status) ? cell_phys(result->pa) : cell_none();
}

void result_sentence(struct strbuf *sb, const struct mmscope_walk_result *result)
{
	const char *level = mmscope_level_name(result->level);
	struct cell pa = result_pa(result), bits = cell_phys(result->swap_offset);
	struct cell area = cell_secret32(result->swap_type);
	struct cell page = cell_secret(result->swap_offset);
	char size[SIZE_TEXT_MAX];

	size_text(result->page_size, size);
	strbuf_reset(sb);
	strbuf_printf(sb, "0x%llx: %s: ", result->va, mmscope_status_name(result->status));
	switch (result->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		strbuf_printf(sb, "%s page, leaf at %s, physical address ", size, level);
		cell_to_text(sb, &pa);
		if (result->status == MMSCOPE_PROTNONE)
			strbuf_puts(sb, ", closed to the hardware");
		break;
	case MMSCOPE_NONE:
		strbuf_printf(sb, "nothing is mapped there yet, the %s entry (%s) is empty", level,
			      size);
		break;
	case MMSCOPE_SWAP:
		strbuf_puts(sb, "swapped out to area ");
		cell_to_text(sb, &area);
		strbuf_puts(sb, ", page ");
		cell_to_text(sb, &page);
		break;
	case MMSCOPE_MIGRATION:
		strbuf_puts(sb, "on its way to another page frame");
		break;
	case MMSCOPE_HWPOISON:
		strbuf_puts(sb, "the page was lost to a memory error");
		break;
	case MMSCOPE_DEVICE:
		strbuf_puts(sb, "in the memory of a device");
		break;
	case MMSCOPE_MARKER:
		strbuf_puts(sb, "no page, but a marker of the kernel, bits ");
		cell_to_text(sb, &bits);
		break;
	case MMSCOPE_NO_VMA:
		strbuf_puts(sb, "no mapping holds the address");
		break;
	case MMSCOPE_NONCANONICAL:
		strbuf_puts(sb, "not an address of user space");
		break;
	case MMSCOPE_RACED:
		strbuf_puts(sb, "the entry kept changing while it was read, ask again");
		break;
	default:
		strbuf_puts(sb, "not present, of a kind unknown to the module");
	}
}
