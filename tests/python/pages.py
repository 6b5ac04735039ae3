"""A browser's eyes: pages rendered by Chromium, and what is on its pictures."""

import collections
import re
import shutil
import struct
import subprocess
import zlib

import pytest


def chromium(*arguments, scheme="light"):
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no Chromium here")
    dark = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if scheme == "dark" else [
        "--blink-settings=preferredColorScheme=1"
    ]
    return subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
         "--virtual-time-budget=4000", *dark, *map(str, arguments)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def dom(page):
    """The page's elements after its scripts have run."""
    process = chromium("--dump-dom", page.as_uri())
    assert process.returncode == 0, process.stderr
    return process.stdout


def lanes(dom):
    """How many lanes of each kind were drawn."""
    return collections.Counter(re.findall('class="lane lane-([a-z]+)"', dom))


def loads_nothing(text):
    """Whether a page is whole by itself, and forbids the browser to fetch anything."""
    elsewhere = re.search(r"<link|@import|(?:src|href)\s*=\s*[\"']?\s*(?:https?:)?//", text)
    return "default-src 'none'" in text and not elsewhere


def complaints(page):
    """What the page's scripts wrote to the browser's console: errors, and what its policy forbids."""
    process = chromium("--dump-dom", "--enable-logging=stderr", page.as_uri())
    assert process.returncode == 0, process.stderr
    return [line for line in process.stderr.splitlines() if "CONSOLE" in line]


def screenshot(page, target, scheme, height=1500):
    process = chromium(f"--screenshot={target}", f"--window-size=1280,{height}", page.as_uri(), scheme=scheme)
    assert process.returncode == 0 and target.exists(), process.stderr
    return pixels(target.read_bytes())


def pixels(png):
    """(width, height, rows of RGB bytes) of a PNG with 8 bits a colour."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, width, height, channels = 8, b"", 0, 0, 0
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colours in (2, 6)
            channels = 3 if colours == 2 else 4
        elif kind == b"IDAT":
            data += body
        at += size + 12
    raw, stride, rows, above = zlib.decompress(data), width * channels, [], bytearray(width * channels)
    for line in range(height):
        start = line * (stride + 1)
        row = unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), above, channels)
        rows.append(b"".join(row[i : i + 3] for i in range(0, stride, channels)) if channels == 4 else bytes(row))
        above = row
    return width, height, rows


def unfiltered(kind, row, above, channels):
    for i in range(len(row)):
        left = row[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        if kind == 1:
            row[i] = row[i] + left & 255
        elif kind == 2:
            row[i] = row[i] + above[i] & 255
        elif kind == 3:
            row[i] = row[i] + (left + above[i]) // 2 & 255
        elif kind == 4:
            guess = left + above[i] - corner
            near = min((left, above[i], corner), key=lambda one: abs(guess - one))
            row[i] = row[i] + near & 255
    return row


def colours(picture):
    width, _, rows = picture
    return {row[i : i + 3] for row in rows for i in range(0, width * 3, 3)}


def brightness(picture):
    _, _, rows = picture
    return sum(map(sum, rows)) / sum(map(len, rows))
