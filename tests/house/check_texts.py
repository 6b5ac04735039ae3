"""Checks what the repository's texts say and how long its sources are.

usage: check_texts.py [ROOT]

The project speaks of itself alone: no path of somebody's machine, no number of a tracker that readers
cannot open. A room has its README. Headers guard themselves. A source file has at most 600 lines.
"""

import pathlib
import re
import subprocess
import sys

from complaints import report

LINES_MAX = 600
FORBIDDEN = {
    r"/work/": "a path of one machine",
    r"/(?:home|Users)/[a-z]\w*/": "a path of one machine",
    r"/root/\w": "a path of one machine",
    r"\.\./shared\b": "a path of one machine",
    r"(?i)\bissues?\s+#?\d+": "the number of an issue",
    r"(?i)\b(?:this|another|earlier|next|previous|an? (?:ai|agent)) session\b": "who wrote it",
}
PLAIN_TEXT = {".h", ".hpp", ".cpp", ".cc", ".py", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml",
              ".toml", ".sh", ".in", ".conf", ""}
UNREAD = {"LICENSE", "tests/house/check_texts.py", "tests/house/test_house.py"}
LONG_BY_NATURE = {"tests/conformance/gen_vectors.py"}  # a table
SOURCES = {".h", ".hpp", ".cpp", ".cc", ".py"}
ROOMS = ("core", "pcap", "sim", "daemon", "python", "bench", "scenarios", "tests")


def tracked_files(root):
    """What git would take, or every file where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, capture_output=True, check=True).stdout.decode()
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return sorted(name for name in set(names) if (root / name).is_file())


def check_lines(name, text):
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, what in FORBIDDEN.items():
            if re.search(pattern, line):
                yield f"{name}:{number}: names {what}: {line.strip()[:80]}"


def check_file(root, name):
    path = root / name
    if name in UNREAD or path.suffix not in PLAIN_TEXT:
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    if "corpus" not in name:
        yield from check_lines(name, text)
    if name not in LONG_BY_NATURE and path.suffix in SOURCES and text.count("\n") > LINES_MAX:
        yield f"{name}:{LINES_MAX}: {text.count(chr(10))} lines: would two names say it better?"
    if path.suffix == ".h" and "#pragma once" not in text:
        yield f"{name}:1: no #pragma once"


def check_tree(root):
    root = pathlib.Path(root)
    complaints = []
    names = tracked_files(root)
    for name in names:
        complaints += check_file(root, name)
    for room in ROOMS:
        if (root / room).is_dir() and not (root / room / "README.md").is_file():
            complaints.append(f"{room}/README.md:1: is missing")
    return complaints, len(names)


if __name__ == "__main__":
    sys.exit(report(check_tree, sys.argv[1:]))
