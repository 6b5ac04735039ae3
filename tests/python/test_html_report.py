"""`understudy sim --html`: one file, nothing loaded, texts harmless, and a picture that is there in Chromium."""

import re

import pytest

import pages

HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def story(root, tmp_path):
    """A pair whose master loses its web server: fails, with a name that would like to be a script."""
    text = (root / "scenarios/nginx-pair.yaml").read_text().replace("nginx-pair/", f"{root}/scenarios/nginx-pair/")
    text = text.replace("name: nginx-pair", f'name: "{HOSTILE}"').replace("<= 3.8s", "<= 1s")
    path = tmp_path / "story.yaml"
    path.write_text(text)
    return path


@pytest.fixture
def page(understudy_program, story, tmp_path):
    target = tmp_path / "page.html"
    process = understudy_program("sim", "-q", story, "--html", target)
    assert process.returncode == 1, process.stderr
    return target


def test_the_page_is_one_file_that_loads_nothing(page):
    text = page.read_text()
    assert pages.loads_nothing(text)
    assert "Redistribution and use in source and binary forms" in text  # the charting library's licence
    assert len(text) < 2_000_000


def test_texts_of_scenarios_stay_texts(page):
    text = page.read_text()
    assert HOSTILE not in text
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in text


def test_the_page_says_the_verdict_why_and_how_to_see_it_again(page, story):
    text = page.read_text()
    assert text.count("<section") == 4
    assert text.count('class="causes"') == 1
    assert f"understudy sim {story} --case stop-nginx-on-master --seed 0" in text
    for words in ("nginx is down", "Skew_Time", "at a stretch", "RFC 3768, 6.4.2"):
        assert words in text, words


def test_chromium_draws_every_lane(page):
    dom = pages.dom(page)
    # Two hosts a case, one client and one address.
    lanes = pages.lanes(dom)
    assert lanes.pop("blackout") >= 2
    assert lanes == {"router": 8, "belief": 4, "probe": 4, "faults": 4}
    for what in ("bar state-MASTER", "bar state-BACKUP", "advert ", "announcement", "bar lost", "bar answered"):
        assert f'class="{what}' in dom, what
    assert "alert(" not in re.sub(r"<script.*?</script>", "", dom, flags=re.S).replace("alert(&#39;x&#39;)", "").replace(
        "alert('x')", ""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_there_in_both_schemes(page, tmp_path, scheme):
    picture = pages.screenshot(page, tmp_path / f"{scheme}.png", scheme)
    assert len(pages.colours(picture)) > 60
    brightness = pages.brightness(picture)
    assert brightness > 200 if scheme == "light" else brightness < 80, brightness


def test_pages_are_whole_or_not_there(understudy_program, story, tmp_path):
    process = understudy_program("sim", "-q", story, "--html", tmp_path / "no/such/folder.html")
    assert process.returncode == 2
    assert "no/such/folder.html" in process.stderr
