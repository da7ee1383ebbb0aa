/* SPDX-License-Identifier: GPL-2.0 */
/*
 * embed.h - the files of this directory that are part of each picture; see embed.S
 */
#ifndef MMSCOPE_MAP_EMBED_H
#define MMSCOPE_MAP_EMBED_H

extern const char picture_css[], picture_patterns[], page_html[], page_css[], page_js[];

#endif /* MMSCOPE_MAP_EMBED_H */
