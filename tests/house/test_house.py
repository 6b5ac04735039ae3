"""The house keeps its own rules, and the checks that say so can fail."""

import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import check_includes  # noqa: E402
import check_texts  # noqa: E402
import tally  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]


def write_tree(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


GOOD_TREE = {
    "core/net/byte.h": "#pragma once\n#include <cstdint>\n",
    "core/vrrp/advert.h": '#pragma once\n#include "core/net/byte.h"\n',
    "core/version.h.in": "#pragma once\n",
    "pcap/writer.cpp": '#include <fstream>\n#include "core/vrrp/advert.h"\n#include "core/version.h"\n',
    "sim/run.h": '#pragma once\n#include "pcap/reader.h"\n',
    "pcap/reader.h": "#pragma once\n#include <pcap/pcap.h>\n",
    "tests/sim/run_test.cpp": '#include "sim/run.h"\n',
}


def test_this_tree_has_only_the_arrows_of_the_house():
    complaints, count = check_includes.check_tree(ROOT)
    assert complaints == []
    assert count > 40


def test_this_trees_texts_speak_of_the_project_alone():
    complaints, count = check_texts.check_tree(ROOT)
    assert complaints == []
    assert count > 40


def test_a_good_tree_has_no_complaint(tmp_path):
    write_tree(tmp_path, GOOD_TREE)
    assert check_includes.check_tree(tmp_path) == ([], 6)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("core/net/up.h", '#include "core/vrrp/advert.h"', "core/net may not include core/vrrp"),
        ("core/config/side.cpp", '#include "core/vrrp/advert.h"', "core/config may not include core/vrrp"),
        ("core/vrrp/up.cpp", '#include "pcap/reader.h"', "core/vrrp may not include pcap"),
        ("pcap/up.cpp", '#include "sim/run.h"', "pcap may not include sim"),
        ("daemon/main.cpp", '#include "sim/run.h"', "daemon may not include sim"),
        ("daemon/main.cpp", "#include <sim/run.h>", "daemon may not include sim"),
        ("sim/back.cpp", '#include "tests/helper.h"', '"tests/helper.h", which is not there'),
        ("pcap/near.cpp", '#include "reader.h"', "not there; name it from the root"),
        ("core/net/clock.cpp", "#include <chrono>\nauto t = std::chrono::steady_clock::now();", "reads a clock"),
        ("core/net/env.cpp", '#include <cstdlib>\nauto t = std::getenv("X");', "reads the environment"),
        ("core/node/file.cpp", "#include <fstream>", "<fstream> is not known to be"),
        ("core/node/thread.cpp", "  #  include <thread>", "<thread> is not known to be"),
        ("core/node/socket.cpp", "#include <sys/socket.h>", "<sys/socket.h> is not known to be"),
        ("core/config/json.cpp", "#include <nlohmann/json.hpp>", "not known to be"),
        ("core/config/random.cpp", "#include <random>", "not known to be"),
    ],
)
def test_a_forbidden_include_is_found_with_its_place(tmp_path, name, text, complaint):
    write_tree(tmp_path, GOOD_TREE | {name: text + "\n"})
    complaints, _ = check_includes.check_tree(tmp_path)
    assert len(complaints) == 1
    assert complaint in complaints[0]
    assert complaints[0].startswith(f"{name}:{text.count(chr(10)) + 1}: ")


def test_comments_and_strings_are_no_includes(tmp_path):
    text = '// #include "sim/run.h"\n/*\n#include <fstream>\n*/\nconst char* s = "steady_clock::now(";\n'
    write_tree(tmp_path, GOOD_TREE | {"core/net/quiet.h": text})
    assert check_includes.check_tree(tmp_path)[0] == []


def test_a_cycle_is_found(tmp_path):
    write_tree(tmp_path, GOOD_TREE | {
        "sim/a.h": '#include "sim/b.h"\n', "sim/b.h": '#include "sim/c.h"\n', "sim/c.h": '#include "sim/a.h"\n'})
    complaints, _ = check_includes.check_tree(tmp_path)
    assert complaints == ["sim/a.h:1: includes itself: sim/a.h -> sim/b.h -> sim/c.h -> sim/a.h"]


def test_the_program_fails_on_a_bad_tree_and_on_an_empty_one(tmp_path):
    program = [sys.executable, str(ROOT / "tests/house/check_includes.py"), str(tmp_path)]
    assert subprocess.run(program, capture_output=True).returncode == 1
    write_tree(tmp_path, GOOD_TREE)
    assert subprocess.run(program, capture_output=True).returncode == 0
    write_tree(tmp_path, {"daemon/main.cpp": '#include "sim/run.h"\n'})
    assert subprocess.run(program, capture_output=True).returncode == 1


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("README.md", "see /home/ann/understudy", "a path of one machine"),
        ("README.md", "as in ../shared/design.md", "a path of one machine"),
        ("sim/run.cpp", "// closes issue 12", "the number of an issue"),
        ("sim/run.h", "int x;", "no #pragma once"),
        ("sim/long.cpp", "\n" * 601, "601 lines"),
    ],
)
def test_a_text_that_does_not_belong_is_found(tmp_path, name, text, complaint):
    write_tree(tmp_path, {"sim/README.md": "The room.\n", name: text + "\n" * (not text.endswith("\n"))})
    complaints, _ = check_texts.check_tree(tmp_path)
    assert len(complaints) == 1
    assert complaint in complaints[0]


def test_a_room_without_a_readme_is_found(tmp_path):
    write_tree(tmp_path, {"pcap/reader.h": "#pragma once\n"})
    assert check_texts.check_tree(tmp_path)[0] == ["pcap/README.md:1: is missing"]


def test_results_are_added_up(tmp_path, capsys):
    (tmp_path / "a.xml").write_text(
        '<testsuites><testsuite><testcase classname="A" name="good" status="run" result="completed"/>'
        '<testcase classname="A" name="bad" status="run"><failure message="1 != 2&#10;more"/></testcase>'
        '<testcase classname="A" name="left" status="run" result="skipped"><skipped message="no root"/>'
        "</testcase></testsuite></testsuites>")
    (tmp_path / "b.xml").write_text("<testsuites><testsuite>")
    (tmp_path / "records.tsv").write_text("passed\tfuzz_x\t\nskipped\tnamespaces\tneeds root\n")
    tally.main([str(tmp_path)])
    assert capsys.readouterr().out == "2 2 2\n"
    assert (tmp_path / "skipped.txt").read_text() == "  a: A.left: no root\n  namespaces: needs root\n"
    failed = (tmp_path / "failed.txt").read_text().splitlines()
    assert failed[0] == "  a: A.bad: 1 != 2"
    assert failed[1].startswith("  b: its results cannot be read")
