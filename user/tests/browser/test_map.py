#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mmscope map's page in a real browser: does it draw, answer, and stay harmless?

Usage: test_map.py COMMAND

COMMAND is mmscope linked with the fake device (user/tests/fake.h). Prints TAP.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
import xml.dom.minidom

from chromium import Browser

COMMAND = os.path.abspath(sys.argv[1])
HEAP = 0x10000000


def draw(fake, *args):
    """Runs the command; returns the path of the page or drawing."""
    name = "%s/%s.html" % (work, re.sub(r"\W", "_", fake) or "plain")
    subprocess.run([COMMAND, "--device", "/dev/null", "map", "42", "--html", name,
                    "--svg", name[:-5] + ".svg", *args],
                   env={**os.environ, "MMSCOPE_FAKE": fake}, check=True)
    return name


def facts():
    return browser.eval("document.getElementById('facts').innerText")


def same(got, expected):
    assert got == expected, f"{got!r} is not {expected!r}"


def has(text, *words):
    for word in words:
        assert word in text, f"{word!r} is not in {text!r}"


def block_of(start):
    return browser.eval(f"JSON.parse(document.getElementById('data').textContent)"
                        f".vmas.find((v) => v.start === '{start:#x}').block")


def test_opens_alone():
    """Nothing is fetched, nothing fails, every mapping has a box."""
    browser.open(draw(""))
    same(browser.errors, [])
    same(len(browser.requests), 1)
    same(browser.eval("document.querySelectorAll('svg.space .block').length"), 10)
    has(facts(), "mappings\n10", "swapped\n8K", "closed or in motion\n8K")


def test_pages_under_the_pointer():
    """Each page of the heap is what the fake device says."""
    browser.open(draw(""))
    cells = f"#b{block_of(HEAP)} .cells .bed"
    words = ["private"] * 8 + ["swapped out"] * 2 + ["closed or in motion"] * 2 + ["nothing yet"] * 4
    for page, word in enumerate(words):
        # Pixels of the drawing are not those of the screen.
        scale = browser.eval("document.querySelector('svg.space').getScreenCTM().a")
        browser.hover(cells, (page * 4 + 2) * scale, 5 * scale)
        tip = browser.eval("document.getElementById('tip').textContent").split("\n")
        same(tip[-2:], [f"page {page}: {HEAP + page * 4096:#x}", word])


def test_click_keeps():
    """A click shows the facts and lights the ribbons of that box alone."""
    browser.open(draw(""))
    nr = block_of(HEAP)
    browser.click(f"#b{nr} .box", 30, 8)
    has(facts(), "[heap]", "start\n0x10000000", "size\n64K", "present\n32K", "swapped\n8K",
        "closed, in motion\n8K", "longest run\n32K")
    same(browser.eval("[...document.querySelectorAll('.ribbon.on')].map((r) => r.dataset.r)"),
         [str(nr)])
    same(browser.eval("location.hash"), "#0x10000000")
    browser.key("Escape")
    has(facts(), "The whole")
    same(browser.eval("document.querySelectorAll('.on.block').length"), 0)


def test_search():
    """By name, by address, by several words; the keyboard alone is enough."""
    browser.open(draw(""))
    for text, hits, title in (("libx", 2, "/usr/lib/libx.so"), ("0x10003123", 1, "[heap]"),
                              ("r-x text", 1, "/usr/bin/prog"), ("stack", 1, "[stack]")):
        browser.key("/", "/")
        browser.eval("document.getElementById('search').value = ''")
        browser.type(text)
        same(browser.eval("document.querySelectorAll('#hits li[role=option]').length"), hits)
        browser.key("Enter", "\r")
        has(facts(), title)
    browser.key("/", "/")
    browser.eval("document.getElementById('search').value = ''")
    browser.type("nowhere")
    same(browser.eval("document.getElementById('hits').textContent"), "no mapping like this")


def test_tables():
    """The radix tree: a card for each table, and what its entries are."""
    browser.open(draw(""))
    browser.key("2", "2")
    data = json.loads(browser.eval("document.getElementById('data').textContent"))
    spans = {"pgd": 48, "pud": 39, "pmd": 30, "pte": 21}
    starts = [int(v["start"], 16) for v in data["vmas"]]
    for level in data["levels"]:
        # No mapping of the fake crosses a table.
        tables = {s >> spans[level["level"]] for s in starts}
        same(level["tables"], len(tables))
    same(browser.eval("document.querySelectorAll('.card').length"), len(data["tables"]))
    heap = next(i for i, t in enumerate(data["tables"])
                if t["level"] == "pte" and t["start"] == "0x10000000")
    same(data["tables"][heap]["entries"], "p8w2x2.500")
    browser.eval("[...document.querySelectorAll('.card')].forEach((c, i) => c.id = 'c' + i)")
    card = browser.eval("""[...document.querySelectorAll('.card')].findIndex((c) =>
        c.textContent.includes('12 of 512 in use'))""")
    browser.click(f"#c{card}")
    has(facts(), "A pte table", "first address\n0x10000000", "in use\n12 (2.3%)",
        "0–7: pages, 0x10000000", "8–9: swapped out, 0x10008000")


def test_walk():
    """Indices are those computed by hand; an address that has no walk is told so."""
    browser.open(draw("", "--walk", "0x10003abc"))
    browser.key("3", "3")
    text = browser.eval("document.querySelector('svg.walk').textContent")
    for shift in 39, 30, 21, 12:
        has(text, format((0x10003abc >> shift) & 511, "09b"))
    has(text, "0xabc", "0x110003abc", "table at 0x1000")
    browser.eval("document.getElementById('walk-address').focus()")
    browser.type("0x7fff12345678")
    text = browser.eval("document.querySelector('svg.walk').textContent")
    has(text, "mmscope walk 42 0x7fff12345678", format((0x7fff12345678 >> 21) & 511, "09b"))


def test_hostile_names():
    """A name with markup is a name, in the page and in the drawing."""
    page = draw("markup=1")
    browser.open(page)
    same(browser.errors, [])
    same(len(browser.requests), 1)
    same(browser.eval("document.images.length"), 0)
    browser.click(f"#b{block_of(0x20000000)} .box", 30, 8)
    has(facts(), "</script><img src=x onerror=document.body.remove()><!--<script>&amp;'\"")
    # Of the drawing, the parser of XML is judge.
    drawing = xml.dom.minidom.parse(page[:-5] + ".svg")
    same(drawing.getElementsByTagName("img"), [])
    has(drawing.documentElement.toxml(), "\\xe2\\x80\\xae")


def test_hidden():
    """Without the right to physical addresses the page says so, and draws no ribbons."""
    browser.open(draw("hidden=1"))
    same(browser.eval("document.querySelectorAll('.ribbon').length"), 0)
    has(facts(), "runs of frames\nhidden", "were hidden from who made this page")
    has(browser.eval("document.querySelector('svg.space').textContent"), "are hidden from")


def test_many():
    """10,000 mappings: folded, all found, small."""
    page = draw("many=10000")
    assert os.path.getsize(page) < 5 << 20
    browser.open(page)
    same(browser.errors, [])
    print("# 10000 mappings: %d bytes, ready after %s ms" % (
        os.path.getsize(page), browser.eval("document.documentElement.dataset.ready")))
    assert browser.eval("document.querySelectorAll('*').length") < 20000
    browser.key("/", "/")
    last = 0x10000000 + 9999 * 8192
    browser.type(hex(last))
    browser.key("Enter", "\r")
    has(facts(), f"start\n{last:#x}")


def test_paper():
    """On paper all three views, and nothing to click."""
    browser.open(draw(""))
    assert browser.paper().startswith(b"%PDF")
    for view in ".space", ".tree", ".walk":
        same(browser.eval(f"document.querySelectorAll('svg{view}').length"), 1)
    browser.call("Emulation.setEmulatedMedia", media="print")
    shown = """(s) => getComputedStyle(document.querySelector(s)).display !== 'none'"""
    for selector, visible in (("#view-space", True), ("#view-tables", True),
                              ("#view-walk", True), ("nav", False), ("aside", False)):
        same(browser.eval(f"({shown})({json.dumps(selector)})"), visible)
    browser.call("Emulation.setEmulatedMedia", media="")


def test_keyboard_moves():
    """Arrows walk through the boxes in order of address."""
    browser.open(draw(""))
    seen = []
    for _ in range(11):
        browser.key("ArrowDown")
        seen.append(browser.eval("location.hash"))
    data = json.loads(browser.eval("document.getElementById('data').textContent"))
    starts = ["#" + v["start"] for v in data["vmas"]]
    same(seen, starts + starts[-1:])


tests = [value for name, value in sorted(globals().items()) if name.startswith("test_")]
failed = 0
with tempfile.TemporaryDirectory(prefix="mmscope-map-") as work:
    browser = Browser()
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} {test.__name__}", flush=True)
        except Exception:  # whatever goes wrong is a failed test
            failed += 1
            print(f"not ok {number} {test.__name__}", flush=True)
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    browser.close()
sys.exit(failed > 0)
