"""Adds up the results that one step of ./dev left in a folder.

Reads JUnit files (*.xml, from GoogleTest and pytest) and records.tsv (status, name, reason), prints
"PASSED FAILED SKIPPED", and writes failed.txt and skipped.txt beside them, one line a test.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

LINE_MAX = 160  # of a name or a reason, characters


def read_junit(path):
    """Yields (status, name, reason) of every test case."""
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        yield "failed", path.stem, f"its results cannot be read: {error}"
        return
    for case in root.iter("testcase"):
        name = f"{path.stem}: {case.get('classname')}.{case.get('name')}"[:LINE_MAX]
        bad = [child for child in case if child.tag in ("failure", "error")]
        skipped = case.find("skipped")
        if bad:
            reason = (bad[0].get("message") or "").strip().splitlines() or [""]
            yield "failed", name, reason[0][:LINE_MAX]
        elif skipped is not None or case.get("result") == "skipped":
            reason = (skipped.get("message") if skipped is not None else None) or "no reason given"
            yield "skipped", name, " ".join(reason.split())
        elif case.get("status") == "notrun":
            yield "skipped", name, "disabled"
        else:
            yield "passed", name, ""


def read_records(path):
    for line in path.read_text().splitlines():
        status, name, reason = line.split("\t")
        yield status, name, reason


def read_results(folder):
    results = []
    for path in sorted(folder.glob("*.xml")):
        results.extend(read_junit(path))
    for path in sorted(folder.glob("records.tsv")):
        results.extend(read_records(path))
    return results


def main(arguments):
    folder = pathlib.Path(arguments[0])
    results = read_results(folder)
    for status in ("failed", "skipped"):
        lines = [f"  {name}{': ' if reason else ''}{reason}\n"
                 for found, name, reason in results if found == status]
        (folder / f"{status}.txt").write_text("".join(lines))
    print(*(sum(found == status for found, _, _ in results)
            for status in ("passed", "failed", "skipped")))


if __name__ == "__main__":
    main(sys.argv[1:])
