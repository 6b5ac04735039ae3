#!/usr/bin/python3
"""Writes tests/conformance.md: every row of requirements.tsv with the tests that name it, or why none does.

usage: make_table.py [--check] [--programs FOLDER] [--results FOLDER]

  --check     writes nothing; says what is wrong (exit 1): a MUST row without test and waiver, a table that is not what
              would be written, an unknown row, a waiver that a test has overtaken or whose document is not there
  --programs  the GoogleTest programs: with --check, every test of the table must run and pass there
  --results   their XML results (NAME.xml, or NAME.N.xml, a part); a program without fresh ones is run, for the tests of the table alone

A GoogleTest names its rows in its first statement, RecordProperty("covers", "V3-6.1-01 V3-6.1-02"); a pytest in a decorator,
@pytest.mark.covers("..."). Only sources below tests/ count. GoogleTests are held against what ran; of pytests the source alone
is read.
"""

import argparse
import csv
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STATEMENT_MAX = 110  # characters of a requirement that the table shows
WAIVER_KINDS = ("n/a: kernel", "n/a: option not built", "documented: ")

CPP_COVERS = re.compile(
    r'\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)\s*\{\s*'
    r'RecordProperty\(\s*"covers"\s*,\s*((?:"[^"]*"\s*)+)\)\s*;')
ANY_COVERS = re.compile(r'RecordProperty\(\s*"covers"')
PYTHON_COVERS = re.compile(
    r'^@pytest\.mark\.covers\(((?:\s*"[^"\n]*"\s*,?)+)\s*\)\n(?:@[^\n]*\n(?:[ )\]}][^\n]*\n)*)*def (test_\w+)', re.M)
ANY_MARK = re.compile(r"pytest\.mark\.covers\(")
STRINGS = re.compile(r'"([^"]*)"')


class Wrong(Exception):
    """What the table cannot be made from."""


def read_tsv(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def without_comments(text):
    """C++ without comments and blocks that are switched off; strings stay."""
    text = re.sub(r'^#if 0\b.*?^#endif\b', "", text, flags=re.M | re.S)
    return re.sub(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', lambda m: m.group(1) or "", text, flags=re.S)


def rows_of(literals):
    return " ".join(STRINGS.findall(literals)).split()


def scan_cpp(text):
    """Yields (test, its rows)."""
    text = without_comments(text)
    found = [(f"{m[1]}.{m[2]}", rows_of(m[3])) for m in CPP_COVERS.finditer(text)]
    if len(found) != len(ANY_COVERS.findall(text)):
        raise Wrong('RecordProperty("covers", ...) must be the first statement of a TEST and hold literals alone')
    return found


def scan_python(text, stem):
    found = [(f"{stem}.{m[2]}", rows_of(m[1])) for m in PYTHON_COVERS.finditer(text)]
    if len(found) != len(ANY_MARK.findall(text)):
        raise Wrong('@pytest.mark.covers("...") must be the first decorator of a test function and hold literals alone')
    return found


def scan_sources(tests):
    """Test -> its rows, of GoogleTests and of pytests."""
    google, python = {}, {}
    for path in sorted(tests.rglob("*.cpp")) + sorted(tests.rglob("test_*.py")):
        if "house" in path.relative_to(tests).parts:
            continue  # tests of this script
        try:
            cpp = path.suffix == ".cpp"
            found = scan_cpp(path.read_text()) if cpp else scan_python(path.read_text(), path.stem)
        except Wrong as wrong:
            raise Wrong(f"{path.name}: {wrong}") from None
        known = google if cpp else python
        for test, rows in found:
            if test in known:
                raise Wrong(f"{path.name}: there are two tests named {test}")
            known[test] = rows
    return google, python


def heading_slugs(text):
    """The anchors that a Markdown file offers."""
    return {re.sub(r"[^\w\- ]", "", line.lstrip("# ").strip().lower()).replace(" ", "-")
            for line in text.splitlines() if re.match(r"#{1,6} ", line)}


def check_waiver(root, waiver):
    if not waiver["by"].startswith(WAIVER_KINDS):
        yield f"{waiver['id']}: '{waiver['by']}' is no waiver ({', '.join(WAIVER_KINDS)}FILE#anchor)"
    elif waiver["by"].startswith(WAIVER_KINDS[2]):
        name, _, anchor = waiver["by"][len(WAIVER_KINDS[2]):].partition("#")
        if not (root / name).is_file():
            yield f"{waiver['id']}: there is no {name}"
        elif anchor not in heading_slugs((root / name).read_text()):
            yield f"{waiver['id']}: {name} has no heading #{anchor}"
    if not (waiver["reason"] or "").strip():
        yield f"{waiver['id']}: a waiver needs a reason"


class Table:
    def __init__(self, root):
        here = root / "tests/conformance"
        self.root = root
        self.requirements = read_tsv(here / "requirements.tsv")
        self.waivers = {row["id"]: row for row in read_tsv(here / "waivers.tsv")}
        self.notes = {row["id"]: row["note"] for row in read_tsv(here / "notes.tsv")}
        self.exceptions = read_tsv(here / "exceptions.tsv")
        self.google, self.python = scan_sources(root / "tests")
        self.tests = {}  # row -> tests
        for named in (self.google, self.python):
            for test, rows in named.items():
                for row in rows:
                    self.tests.setdefault(row, []).append(test)

    def complaints(self):
        known = {row["id"] for row in self.requirements}
        for row, tests in sorted(self.tests.items()):
            if row not in known:
                yield f"{tests[0]} covers {row}, which is no row"
        for row in sorted((set(self.waivers) | set(self.notes)) - known):
            yield f"waivers.tsv or notes.tsv speak of {row}, which is no row"
        for row, waiver in self.waivers.items():
            if row in self.tests:
                yield f"{row}: waived, though {self.tests[row][0]} covers it"
            yield from check_waiver(self.root, waiver)
        for row in self.requirements:
            if row["level"] in ("MUST", "check") and row["id"] not in self.tests and row["id"] not in self.waivers:
                yield f"{row['id']} ({row['level']}) has neither test nor waiver"

    def cell(self, row):
        if row["id"] in self.tests:
            return ", ".join(f"`{test}`" for test in sorted(self.tests[row["id"]]))
        waiver = self.waivers.get(row["id"])
        return f"{waiver['by']} ({waiver['reason']})" if waiver else "-"

    def markdown(self):
        levels = sorted({row["level"] for row in self.requirements}, key=["MUST", "SHOULD", "MAY", "de-facto", "check"].index)
        lines = ["# Conformance", "",
                 "Made by `tests/conformance/make_table.py` from `requirements.tsv`, the tests' sources and three lists beside it;",
                 "`./dev test` fails when it is stale, when a MUST row has neither test nor waiver, and when a test named here did not",
                 "run. Tests of network namespaces (`test_*`) are known by their source alone. What a row demands in full, and its source:",
                 "`tests/conformance/requirements.tsv`.", "",
                 "| level | rows | tested | waived | neither |", "|---|---|---|---|---|"]
        for level in levels:
            rows = [row["id"] for row in self.requirements if row["level"] == level]
            tested = sum(row in self.tests for row in rows)
            waived = sum(row in self.waivers for row in rows)
            lines.append(f"| {level} | {len(rows)} | {tested} | {waived} | {len(rows) - tested - waived} |")
        lines += ["", "## Rows", "", "| id | level | statement | by | note |", "|---|---|---|---|---|"]
        lines += [f"| {row['id']} | {row['level']} | {shorten(row['statement'])} | {self.cell(row)} | "
                  f"{escape(self.notes.get(row['id'], ''))} |" for row in self.requirements]
        lines += ["", "## Vectors", "",
                  "All 183 vectors under both profiles, each of their prefixes and their single-bit flips: column `expect` is profile",
                  "`rfc`, column `keepalived` profile `keepalived`. Under profile `keepalived` these differ from keepalived on purpose:", "",
                  "| vector | we | why |", "|---|---|---|"]
        lines += [f"| {row['vector']} | {row['profile keepalived']} | {row['why it is not what keepalived does']} |"
                  for row in self.exceptions]
        return "\n".join(lines) + "\n"


def escape(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def shorten(statement):
    if len(statement) > STATEMENT_MAX:
        statement = statement[:STATEMENT_MAX].rsplit(" ", 1)[0].rstrip(",;:") + " ..."
    return escape(statement)


# ---- what ran

def plain_name(classname, name):
    """Suite.Test of an instance: "Profiles/Golden.Whole/rfc" -> "Golden.Whole"."""
    return f"{classname.rpartition('/')[2]}.{name.partition('/')[0]}"


def read_results(paths):
    """Test -> (rows, whether each of its instances ran and passed); of all files of one program."""
    found = {}
    for case in (case for path in paths for case in ElementTree.parse(path).getroot().iter("testcase")):
        test = plain_name(case.get("classname"), case.get("name"))
        good = case.get("status") == "run" and case.get("result") == "completed" and case.find("failure") is None
        rows = [p.get("value") for p in case.iter("property") if p.get("name") == "covers"]
        before = found.get(test, (rows, True))
        found[test] = (before[0] or rows, before[1] and good)
    return {test: (" ".join(rows).split(), good) for test, (rows, good) in found.items()}


def run_program(program, tests, folder):
    """The results of these tests; {} when the program has none of them."""
    patterns = [pattern for test in tests
                for pattern in (test, "*/" + test + "/*", test.replace(".", "/*.") + "/*", "*/" + test)]
    xml = pathlib.Path(folder) / (program.name + ".xml")
    subprocess.run([program, "--gtest_brief=1", "--gtest_filter=" + ":".join(patterns), f"--gtest_output=xml:{xml}"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600, check=False)
    return read_results([xml]) if xml.exists() else {}


def check_runs(google, programs, results):
    """Yields what is wrong with tests of the table that are not run, not passed, or name other rows than their source."""
    ran = {}
    with tempfile.TemporaryDirectory() as folder:
        for program in sorted(programs.glob("test_*")):
            parts = sorted(results.glob(program.name + ".*xml")) if results else []
            fresh = parts and all(part.stat().st_mtime >= program.stat().st_mtime for part in parts)
            ran |= read_results(parts) if fresh else run_program(program, google, folder)
    for test, rows in sorted(google.items()):
        if test not in ran:
            yield f"{test} is in no program of {programs}"
            continue
        said, good = ran[test]
        if not good:
            yield f"{test} was not run, or failed"
        elif sorted(said) != sorted(rows):
            yield f"{test} says {' '.join(said) or 'nothing'} when it runs, its source says {' '.join(rows)}"


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--programs", type=pathlib.Path)
    parser.add_argument("--results", type=pathlib.Path)
    options = parser.parse_args(arguments)
    try:
        table = Table(ROOT)
    except Wrong as wrong:
        print(wrong)
        return 1
    complaints = list(table.complaints())
    target = ROOT / "tests/conformance.md"
    if not options.check:
        target.write_text(table.markdown())
    elif not target.exists() or target.read_text() != table.markdown():
        complaints.append("tests/conformance.md is stale: run tests/conformance/make_table.py")
    if options.programs:
        complaints += check_runs(table.google, options.programs, options.results)
    print("\n".join(complaints) or f"{len(table.requirements)} rows, {len(table.google) + len(table.python)} tests name them")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
