#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mmscope tui on a terminal that is a program: what stands where, and what is left.

Usage: test_tui.py COMMAND

COMMAND is mmscope linked with the fake device (user/tests/fake.h). Prints TAP.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import traceback

import pyte

COMMAND = os.path.abspath(sys.argv[1])
TIMEOUT = 60
DOWN, LEFT, RIGHT, END = "\033[B", "\033[D", "\033[C", "\033[4~"
F1, F6, F10 = "\033[[A", "\033[17~", "\033[21~"


class Terminal:
    """The command on a terminal of its own."""

    def __init__(self, *args, fake="", rows=24, columns=80, term="linux", **env):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.master, slave = pty.openpty()
        self.size(rows, columns)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.raw = b""
        self.process = subprocess.Popen(
            [COMMAND, "--device", "/dev/null", "tui", *args], stdin=slave, stdout=slave,
            stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": term, "LC_ALL": "C.UTF-8", "MMSCOPE_FAKE": fake, **env})

    def size(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += data
        self.stream.feed(data)
        return bool(data)

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, *words):
        end = time.monotonic() + TIMEOUT
        while not all(word in self.text() for word in words):
            assert time.monotonic() < end, f"{words} never came:\n{self.text()}"
            self.read(0.2)

    def keys(self, *keys):
        for key in keys:
            os.write(self.master, key.encode())

    def cursor(self):
        """The line that is shown reversed, but not the heading."""
        for y in range(2, self.screen.lines):
            if self.screen.buffer[y][0].reverse:
                return self.screen.display[y].split()[0]
        return None

    def wait_cursor(self, word):
        end = time.monotonic() + TIMEOUT
        while self.cursor() != word:
            assert time.monotonic() < end, f"cursor is on {self.cursor()}, not {word}:\n{self.text()}"
            self.read(0.2)

    def end(self, status):
        """The command ends so, and has left the terminal as it was."""
        end = time.monotonic() + TIMEOUT
        while self.process.poll() is None:
            assert time.monotonic() < end, "it never ended"
            self.read(0.1)
        while self.read(0):
            pass
        assert self.process.returncode == status, f"status {self.process.returncode}"
        # What keyboard and echo do is as before; the driver sets PENDIN by itself.
        after = termios.tcgetattr(self.slave)
        assert after[:3] == self.before[:3], "modes"
        assert after[3] | termios.PENDIN == self.before[3] | termios.PENDIN, "local modes"

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.slave)
        os.close(self.master)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def test_mappings():
    """Enter, move, sort, search; every line is of the fake device."""
    with Terminal("42") as t:
        t.wait("PID 42: 10 mappings", "0x400000", "[stack]", "libx.so /usr/lib",
               "F10 Quit")
        t.wait_cursor("0x400000")
        t.keys(DOWN, DOWN)
        t.wait_cursor("0x10000000")
        t.keys(END)
        t.wait_cursor("0x7ffd00000000")
        t.keys("/", "libx", "\r")
        t.wait_cursor("0x50000000")
        t.keys("n")
        t.wait_cursor("0x50002000")
        # The cursor stays on its mapping when the order changes.
        t.keys(F6)
        t.wait("sorted by SIZE")
        t.wait_cursor("0x50002000")
        first = t.screen.display[2].split()[0]
        assert first == "0x7ffd00000000", first
        t.keys("q")
        t.end(0)


def test_pages():
    """The grid of the heap, and what the page under the cursor is."""
    with Terminal("42") as t:
        t.wait_cursor("0x400000")
        t.keys(DOWN, DOWN, "\r")
        t.wait("0x10000000 ppppppppwwxx....", "12 of 16 pages have an entry",
               "0x10000000: mapped anon pfn")
        t.keys(*[RIGHT] * 8)
        t.wait("0x10008000: swap")
        t.keys(*[RIGHT] * 7)
        t.wait("0x1000f000: nothing yet")
        t.keys("\177")
        t.wait("PID 42: 10 mappings")
        t.wait_cursor("0x10000000")
        t.keys(F10)
        t.end(0)


def test_processes():
    """The list has this test, and Enter shows its mappings."""
    with Terminal(rows=50) as t:
        t.wait("processes", "COMMAND")
        t.keys("/", str(os.getpid()), "\r")
        t.wait_cursor(str(os.getpid()))
        t.keys("\r")
        t.wait(f"PID {os.getpid()}: 10 mappings")
        t.keys(LEFT)
        t.wait("processes")
        t.keys("q")
        t.end(0)


def test_hostile_name():
    """Escape sequences of a name do not reach the terminal."""
    with Terminal("42", columns=100) as t:
        t.wait("\\x1b[31mred\\x0aline")
        assert b"\033[31mred" not in t.raw
        t.keys("q")
        t.end(0)


def test_no_color():
    """Without colours nothing is lost: NO_COLOR, --color=never, a terminal without."""
    for args, kind in ((("--color=never", "42"), {}), (("42",), {"NO_COLOR": "1"}),
                       (("42",), {"term": "vt100"})):
        with Terminal(*args, **kind) as t:
            t.wait("PID 42: 10 mappings")
            t.wait_cursor("0x400000")
            colors = {t.screen.buffer[y][x].fg for y in range(24) for x in range(80)}
            assert colors == {"default"}, colors
            t.keys("q")
            t.end(0)


def test_resize():
    """A tiny terminal says so; a larger one shows more."""
    with Terminal("42") as t:
        t.wait("PID 42")
        for rows, columns, word in ((3, 80, "too small"), (24, 10, "too small"), (8, 40, "PID 42"),
                                    (30, 100, "[stack]")):
            t.screen.resize(rows, columns)
            t.size(rows, columns)
            t.process.send_signal(signal.SIGWINCH)
            t.wait(word)
        t.keys("q")
        t.end(0)


def test_signals():
    """Ended from outside, it restores the terminal all the same."""
    for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT:
        with Terminal("42") as t:
            t.wait("PID 42")
            t.process.send_signal(number)
            t.end(1)


def test_process_ends():
    """A process that ends gives way to the list it was opened from, or ends it."""
    with Terminal("42", "--delay", "1", fake="gone=8") as t:
        t.end(3)
        assert "ended while it was looked at" in t.text(), t.text()


def test_help():
    """F1 shows the keys, any key hides them."""
    with Terminal("42") as t:
        t.wait("PID 42")
        t.keys(F1)
        t.wait("sort by the next column")
        t.keys("x")
        t.wait("0x400000")
        t.keys("q")
        t.end(0)


def test_no_terminal():
    """In a pipe, and on a terminal nobody knows, it says so and leaves."""
    got = subprocess.run([COMMAND, "--device", "/dev/null", "tui", "42"], capture_output=True,
                         stdin=subprocess.DEVNULL, check=False)
    assert (got.returncode, got.stdout) == (1, b""), got
    assert got.stderr == b"mmscope: tui: standard input and output: not a terminal\n", got.stderr
    with Terminal("42", term="no-such-terminal") as t:
        t.end(1)
        assert "terminal type 'no-such-terminal': unknown" in t.text(), t.text()


tests = [value for name, value in sorted(globals().items()) if name.startswith("test_")]
failed = 0
print(f"1..{len(tests)}")
for number, test in enumerate(tests, 1):
    try:
        test()
        print(f"ok {number} {test.__name__}", flush=True)
    except Exception:  # whatever goes wrong is a failed test
        failed += 1
        print(f"not ok {number} {test.__name__}", flush=True)
        print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
sys.exit(failed > 0)
