"""The tutorial shows what happens, and so does its notebook."""

import doctest
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

import pytest
from conftest import BUILD, ROOT

PAGE = ROOT / "python/tutorial.md"
NOTEBOOK = ROOT / "python/tutorial.ipynb"


@pytest.fixture(scope="module")
def maker():
    specification = importlib.util.spec_from_file_location("make_notebook", ROOT / "python/make_notebook.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def place(monkeypatch, tmp_path):
    pytest.importorskip("pandas")
    monkeypatch.chdir(ROOT / "python")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_its_examples_show_what_it_says(maker, place):
    blocks = maker.BLOCK.findall(PAGE.read_text())
    assert len(blocks) > 10
    names, runner = {}, doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    said = []
    for number, block in enumerate(blocks, 1):
        test = doctest.DocTestParser().get_doctest(block, names, f"block {number} of tutorial.md", str(PAGE), 0)
        runner.run(test, out=said.append, clear_globs=False)
        names = test.globs
    assert not said, "".join(said)
    assert runner.summarize(verbose=False).attempted > 40


def test_a_wrong_page_is_noticed(maker, place):
    wrong = "```python\n>>> 1 + 1\n3\n```\n"
    test = doctest.DocTestParser().get_doctest(maker.BLOCK.findall(wrong)[0], {}, "wrong", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(test, out=lambda _: None).failed == 1


def test_the_notebook_is_made_of_the_page(maker):
    assert NOTEBOOK.read_text() == maker.notebook_of(PAGE.read_text()), "run python/make_notebook.py"


def test_the_notebook_has_its_form():
    notebook = json.loads(NOTEBOOK.read_text())
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    for cell in notebook["cells"]:
        assert all(isinstance(line, str) for line in cell["source"])
        assert set(cell) == {"cell_type", "id", "metadata", "source"} | (
            {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        )


CELLS = """
import ast, json, sys
cells = [cell for cell in json.load(open(sys.argv[1]))["cells"] if cell["cell_type"] == "code"]
names = {}
for cell in cells:
    raises = "raises-exception" in cell["metadata"].get("tags", [])
    tree = ast.parse("".join(cell["source"]))
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    value = None
    try:
        exec(compile(tree, "cell", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    except Exception as error:
        assert raises, cell
        assert cell["outputs"][0]["ename"] == type(error).__name__, error
        assert cell["outputs"][0]["evalue"] == str(error), error
    else:
        assert not raises, cell
    for output in cell["outputs"]:
        if output["output_type"] == "execute_result":
            assert "".join(output["data"]["text/plain"]) == repr(value), (output, value)
print(len(cells))
"""


def test_the_cells_of_the_notebook_run_in_order(tmp_path):
    pytest.importorskip("pandas")
    done = subprocess.run(
        [sys.executable, "-c", CELLS, str(NOTEBOOK)], cwd=ROOT / "python",
        env={**os.environ, "PYTHONPATH": str(BUILD / "python"), "TMPDIR": str(tmp_path)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1]) > 20
