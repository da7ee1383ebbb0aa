/* SPDX-License-Identifier: GPL-2.0 */
/*
 * embed.S - puts files into the program as strings
 */
	.macro string name, file
	.globl \name
\name:
	.incbin "\file"
	.byte 0
	.endm

	.section .rodata
	string picture_css, "picture.css"
	string picture_patterns, "patterns.svg"
	string page_html, "page.html"
	string page_css, "page.css"
	string page_js, "page.js"

	.section .note.GNU-stack,"",%progbits
