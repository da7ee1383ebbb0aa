#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The three views of a page of mmscope map, as pictures for the documentation.

Usage: pictures.py PAGE DIR
"""
import sys

from chromium import Browser

page, directory = sys.argv[1:]
WIDTH, HEIGHT = 1400, 1000
browser = Browser()
try:
    browser.call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT,
                 deviceScaleFactor=1, mobile=False)
    browser.open(page)
    # A mapping with pages of several states, under the pointer.
    x, y = browser.eval("""(() => {
        const vma = JSON.parse(document.getElementById('data').textContent).vmas
            .find((v) => v.kind === 'anon' && v.swapped);
        const b = document.querySelector(`#b${vma.block} .cells .bed`).getBoundingClientRect();
        return [b.x + 105, b.y + 10];
    })()""")
    browser.mouse("mouseMoved", x, y)
    browser.picture(f"{directory}/map.png", 900)
    browser.mouse("mouseMoved", WIDTH - 1, HEIGHT - 1)
    for key, name in ("2", "tables"), ("3", "walk"):
        browser.key(key, key)
        # What is drawn, and a margin.
        end = browser.eval("""Math.max(...[...document.querySelectorAll('svg, aside')]
            .map((e) => e.getBoundingClientRect().bottom)) + scrollY""")
        browser.picture(f"{directory}/{name}.png", min(end + 16, HEIGHT))
finally:
    browser.close()
