"""Where do two builds of `understudy` part? Prints the first event of a scenario that differs.

usage: first_difference.py PROGRAM PROGRAM SCENARIO [--seed N] [--case NAME]

Exit status: 0 they agree in every event, 1 they part, 2 one of them cannot run the scenario.
"""

import argparse
import itertools
import pathlib
import subprocess
import sys
import tempfile

CONTEXT = 3  # events shown before the one that differs


def write_events(program, scenario, options, path):
    done = subprocess.run([program, "sim", str(scenario), "-q", "--events", str(path), *options],
                          capture_output=True, timeout=600)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{program} cannot run {scenario}: {done.stderr.decode()}")


def first_difference(one, other):
    """(line number from 1, the lines before it, the two lines); None when the files are equal."""
    before = []
    with open(one, encoding="utf-8") as first, open(other, encoding="utf-8") as second:
        for number, (left, right) in enumerate(itertools.zip_longest(first, second), 1):
            if left != right:
                return number, before, (left, right)
            before = (before + [left.rstrip("\n")])[-CONTEXT:]
    return None


def compare(programs, scenario, options=()):
    """What a person should read about the first event at which two programs part; empty: none."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / name for name in ("one", "other")]
        for program, path in zip(programs, paths):
            write_events(program, scenario, options, path)
        found = first_difference(*paths)
    if not found:
        return ""
    number, before, lines = found
    text = [f"{pathlib.Path(scenario).name}: event {number} is the first that differs"]
    text += [f"    both   {line}" for line in before]
    for program, line in zip(programs, lines):
        text.append(f"    {'it ends here' if line is None else line.rstrip()}    ({program})")
    return "\n".join(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs=2)
    parser.add_argument("scenario")
    parser.add_argument("--seed")
    parser.add_argument("--case")
    arguments = parser.parse_args()
    options = []
    for name in ("seed", "case"):
        value = getattr(arguments, name)
        options += [f"--{name}", value] if value is not None else []
    try:
        text = compare(arguments.programs, arguments.scenario, options)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        return 2
    print(text or "they agree in every event")
    return 1 if text else 0


if __name__ == "__main__":
    sys.exit(main())
