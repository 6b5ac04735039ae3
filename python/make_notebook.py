#!/usr/bin/python3
"""Makes tutorial.ipynb of tutorial.md: text as it is, and of each block of examples cells that end where something is shown.

make_notebook.py [--check]: whether the notebook is the page's (exit status 1: it is not).
"""

import doctest
import json
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
PAGE, NOTEBOOK = FOLDER / "tutorial.md", FOLDER / "tutorial.ipynb"
BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def lines(text):
    return text.splitlines(keepends=True)


def text_cell(text, number):
    return {"cell_type": "markdown", "id": f"text-{number}", "metadata": {}, "source": lines(text.strip())}


def code_cell(sources, shown, number):
    """`shown` is what the last of the sources gives: its value, what it prints, or an exception's traceback."""
    outputs, metadata = [], {}
    if shown.startswith("Traceback"):
        # The notebook goes on after it.
        metadata["tags"] = ["raises-exception"]
        name, _, value = shown.strip().splitlines()[-1].partition(": ")
        outputs = [{"output_type": "error", "ename": name.rpartition(".")[2], "evalue": value, "traceback": lines(shown)}]
    elif shown and is_value(sources[-1]):
        outputs = [
            {"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": {"text/plain": lines(shown.rstrip())}}
        ]
    elif shown:
        outputs = [{"output_type": "stream", "name": "stdout", "text": lines(shown)}]
    return {
        "cell_type": "code",
        "execution_count": number,
        "id": f"code-{number}",
        "metadata": metadata,
        "outputs": outputs,
        "source": lines("".join(sources).rstrip()),
    }


def is_value(source):
    try:
        compile(source, "cell", "eval")
    except SyntaxError:
        return False
    return not source.startswith("print(")


def cells_of(page):
    text_count = code_count = 0
    for place, part in enumerate(BLOCK.split(page)):
        if place % 2 == 0:
            if part.strip():
                text_count += 1
                yield text_cell(part, text_count)
            continue
        sources = []
        examples = doctest.DocTestParser().get_examples(part)
        for example in examples:
            sources.append(example.source)
            shown = f"Traceback (most recent call last):\n{example.exc_msg}" if example.exc_msg else example.want
            if shown or example is examples[-1]:
                code_count += 1
                yield code_cell(sources, shown, code_count)
                sources = []


def notebook_of(page):
    document = {
        "cells": list(cells_of(page)),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main(arguments):
    made = notebook_of(PAGE.read_text())
    if arguments == ["--check"]:
        return 0 if NOTEBOOK.exists() and NOTEBOOK.read_text() == made else 1
    NOTEBOOK.write_text(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
