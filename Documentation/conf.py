# SPDX-License-Identifier: GPL-2.0
"""Sphinx's configuration; make htmldocs."""

project = "mmscope"
author = "the mmscope authors"
html_theme = "alabaster"
html_theme_options = {"description": "A live process's address space as the kernel sees it",
                      "page_width": "1080px", "sidebar_width": "230px"}
html_show_copyright = False
# The words of a definition; kernel types of a struct have no page here.
nitpicky = False
smartquotes = False
highlight_language = "none"
