"""The conformance table is current, and its script finds what is wrong with one."""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/conformance"))

import make_table  # noqa: E402

REQUIREMENTS = (
    "id\tsource\tlevel\tarea\tstatement\ttest\n"
    "A-1\trfc\tMUST\tstate\tDo the first thing.\tx\n"
    "A-2\trfc\tMUST\tstate\tDo the second thing.\tx\n"
    "A-3\trfc\tSHOULD\tstate\tDo the third thing.\tx\n")
TEST = 'TEST(Things, First) {\n  RecordProperty("covers", "A-1 "\n                 "A-3");\n  EXPECT_TRUE(true);\n}\n'
WAIVER = "A-2\tn/a: kernel\tforwarding\n"


def make_tree(root, test=TEST, waivers=WAIVER, python=""):
    here = root / "tests/conformance"
    here.mkdir(parents=True)
    (here / "requirements.tsv").write_text(REQUIREMENTS)
    (here / "waivers.tsv").write_text("id\tby\treason\n" + waivers)
    (here / "notes.tsv").write_text("id\tnote\n")
    (here / "exceptions.tsv").write_text("vector\tprofile keepalived\twhy it is not what keepalived does\n")
    (root / "tests/things_test.cpp").write_text(test)
    (root / "tests/test_things.py").write_text(python)
    (root / "guide.md").write_text("# Guide\n\n## What to set\n")
    return root


def test_this_trees_table_is_current():
    assert make_table.main(["--check"]) == 0


def test_a_good_tree_has_no_complaint(tmp_path):
    table = make_table.Table(make_tree(tmp_path))
    assert list(table.complaints()) == []
    assert "| A-1 | MUST | Do the first thing. | `Things.First` |" in table.markdown()
    assert "| A-2 | MUST | Do the second thing. | n/a: kernel (forwarding) |" in table.markdown()


@pytest.mark.parametrize(
    ("tree", "complaint"),
    [
        ({"waivers": ""}, "A-2 (MUST) has neither test nor waiver"),
        ({"test": TEST.replace("A-3", "A-9")}, "Things.First covers A-9, which is no row"),
        ({"waivers": WAIVER + "A-7\tn/a: kernel\tx\n"}, "speak of A-7, which is no row"),
        ({"waivers": WAIVER + "A-1\tn/a: kernel\tx\n"}, "A-1: waived, though Things.First covers it"),
        ({"waivers": "A-2\tsomehow\tx\n"}, "'somehow' is no waiver"),
        ({"waivers": "A-2\tn/a: kernel\t\n"}, "a waiver needs a reason"),
        ({"waivers": "A-2\tdocumented: gone.md#x\tx\n"}, "there is no gone.md"),
        ({"waivers": "A-2\tdocumented: guide.md#what-to-say\tx\n"}, "has no heading #what-to-say"),
        ({"test": "// " + TEST.replace("\n", "\n// ") + "\n"}, "A-1 (MUST) has neither"),
        ({"test": "#if 0\n" + TEST + "#endif\n"}, "A-1 (MUST) has neither"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, tree, complaint):
    complaints = list(make_table.Table(make_tree(tmp_path, **tree)).complaints())
    assert any(complaint in each for each in complaints), complaints


def test_a_heading_is_found(tmp_path):
    table = make_table.Table(make_tree(tmp_path, waivers="A-2\tdocumented: guide.md#what-to-set\tx\n"))
    assert list(table.complaints()) == []


@pytest.mark.parametrize(
    "test",
    [
        'TEST(Things, First) {\n  work();\n  RecordProperty("covers", "A-1");\n}\n',
        'TEST(Things, First) {\n  RecordProperty("covers", kRows);\n}\n',
        TEST + TEST,
    ],
)
def test_rows_are_literals_of_the_first_statement_of_one_test(tmp_path, test):
    with pytest.raises(make_table.Wrong):
        make_table.Table(make_tree(tmp_path, test=test))


def test_pytests_name_their_rows_in_a_decorator(tmp_path):
    python = ('import pytest\n\n\n@pytest.mark.covers("A-2", "A-3")\n@pytest.mark.parametrize("x", [1, 2])\n'
              "def test_second(x):\n    pass\n")
    table = make_table.Table(make_tree(tmp_path, waivers="", python=python))
    assert table.tests["A-2"] == ["test_things.test_second"]
    with pytest.raises(make_table.Wrong):
        make_table.scan_python('@pytest.mark.covers(ROWS)\ndef test_second():\n    pass\n', "x")


RESULTS = """<testsuites><testsuite>
<testcase name="First/{0}" classname="All/Things" status="{1}" result="{2}">
<properties><property name="covers" value="{3}"/></properties></testcase>
<testcase name="First/b" classname="All/Things" status="run" result="completed">
<properties><property name="covers" value="A-1 A-3"/></properties></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (("a", "run", "completed", "A-1 A-3"), None),
        (("a", "notrun", "suppressed", "A-1 A-3"), "was not run, or failed"),
        (("a", "run", "skipped", "A-1 A-3"), "was not run, or failed"),
        (("a", "run", "completed", "A-1"), "says A-1 when it runs, its source says A-1 A-3"),
    ],
)
def test_what_did_not_run_does_not_count(tmp_path, values, complaint):
    programs, results = tmp_path / "bin", tmp_path / "results"
    programs.mkdir()
    results.mkdir()
    (programs / "test_things").write_text("")
    (results / "test_things.xml").write_text(RESULTS.format(*values))
    complaints = list(make_table.check_runs({"Things.First": ["A-1", "A-3"]}, programs, results))
    assert complaints == ([f"Things.First {complaint}"] if complaint else [])


def test_a_test_in_no_program_is_missed(tmp_path):
    assert "is in no program" in next(make_table.check_runs({"Things.First": ["A-1"]}, tmp_path, None))
