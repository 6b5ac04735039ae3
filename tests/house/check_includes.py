"""Reads every #include of our C++ sources and fails on an arrow that the house does not have.

usage: check_includes.py [ROOT]

An arrow means "may include" (see README.md). core/ is pure besides: no header and no call that reaches
for a clock, a thread, a socket, a file, the environment, a log or randomness.
"""

import pathlib
import re
import sys

from complaints import report

CORE = ("core", "core/net", "core/vrrp", "core/config", "core/node")
ROOMS = CORE + ("pcap", "sim", "sim/cli", "daemon", "python", "bench", "tests")

# What a room may include besides itself. "core" is the folder's own version.h.
ARROWS = {
    "core": (),
    "core/net": (),
    "core/vrrp": ("core/net",),
    "core/config": ("core/net",),
    "core/node": ("core/net", "core/vrrp", "core/config"),
    "pcap": CORE,
    "sim": CORE + ("pcap",),
    "sim/cli": CORE + ("pcap", "sim"),
    "daemon": CORE,
    "python": CORE + ("pcap", "sim"),
    "bench": ROOMS,
    "tests": ROOMS,
}

# Headers that core/ may take from outside: those of the standard library that compute and nothing
# else, the result type, and HMACs as pure functions.
PURE_HEADERS = frozenset("""
    algorithm array bit cassert cctype cerrno charconv chrono climits compare concepts cstddef cstdint
    cstdlib cstring deque functional initializer_list iterator limits map memory numeric optional queue
    ranges set source_location span stdexcept string string_view system_error tuple type_traits utility
    variant vector tl/expected.hpp nettle/hmac.h
""".split())

# Calls that reach outside through headers which are themselves allowed.
IMPURE_CALLS = {
    r"\b(?:system|steady|high_resolution|utc|file)_clock\b": "reads a clock",
    r"::now\s*\(": "reads a clock",
    r"\b(?:std::)?(?:getenv|setenv|secure_getenv)\s*\(": "reads the environment",
    r"\bstd::(?:rand|srand|system|exit|quick_exit|atexit)\s*\(": "reaches outside the engine",
    r"\b(?:fopen|printf|fprintf|puts|std::cout|std::cerr|std::clog)\b": "does input or output",
    r"\b(?:thread_local|std::thread|std::mutex|std::atomic)\b": "belongs to threads",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
SUFFIXES = (".h", ".hpp", ".cpp", ".cc")
GENERATED = {"core/version.h": "core/version.h.in"}


def room_of(path):
    """The room of a path below the root, the longest name that fits; None outside the rooms."""
    fitting = [room for room in ROOMS if path.startswith(room + "/")]
    return max(fitting, key=len, default=None)


def without_comments(text):
    """The text with comments blanked; string literals go too unless they are included names."""

    def blank(match):
        found = match.group(0)
        if found.startswith('"'):
            line_start = text.rfind("\n", 0, match.start()) + 1
            if text[line_start : match.start()].lstrip().startswith("#"):
                return found
        return re.sub(r"[^\n]", " ", found)

    return COMMENT.sub(blank, text)


def sources(root):
    for top in sorted({room.split("/")[0] for room in ROOMS}):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path.relative_to(root).as_posix()


def check_include(root, path, room, bracket, name):
    """What is wrong with one include line, or None; and the file of ours that it names, or None."""
    ours = (root / name).is_file() or (root / GENERATED.get(name, "/nonexistent")).is_file()
    if ours:
        target = room_of(name)
        if target is None:
            return f"includes {name}, which lies in no room", None
        if target != room and target not in ARROWS[room]:
            return f"{room} may not include {target} ({name})", name
        return None, name
    if bracket == '"':
        beside = (root / path).parent / name
        hint = "; name it from the root" if beside.is_file() else ""
        return f'includes "{name}", which is not there{hint}', None
    if room in CORE and name not in PURE_HEADERS:
        return f"core is pure, and <{name}> is not known to be", None
    return None, None


def find_cycle(graph):
    """One cycle among the files as a list of names, or None."""
    done, trail = set(), []

    def visit(node):
        if node in trail:
            return trail[trail.index(node) :] + [node]
        if node in done:
            return None
        trail.append(node)
        for following in graph.get(node, ()):
            found = visit(following)
            if found:
                return found
        trail.pop()
        done.add(node)
        return None

    for node in sorted(graph):
        found = visit(node)
        if found:
            return found
    return None


def check_tree(root):
    """Every complaint about the tree, as "FILE:LINE: what"; and how many files were read."""
    root = pathlib.Path(root)
    complaints, graph = [], {}
    for path in sources(root):
        room = room_of(path)
        graph[path] = []
        if room is None:
            complaints.append(f"{path}:1: lies in no room")
            continue
        lines = without_comments((root / path).read_text(encoding="utf-8")).splitlines()
        for number, line in enumerate(lines, 1):
            found = INCLUDE.match(line)
            if found:
                complaint, target = check_include(root, path, room, *found.groups())
                if complaint:
                    complaints.append(f"{path}:{number}: {complaint}")
                if target:
                    graph[path].append(target)
            elif room in CORE:
                reasons = {why for call, why in IMPURE_CALLS.items() if re.search(call, line)}
                complaints += [f"{path}:{number}: core is pure, and this {why}" for why in sorted(reasons)]
    cycle = find_cycle(graph)
    if cycle:
        complaints.append(f"{cycle[0]}:1: includes itself: {' -> '.join(cycle)}")
    return complaints, len(graph)


if __name__ == "__main__":
    sys.exit(report(check_tree, sys.argv[1:]))
