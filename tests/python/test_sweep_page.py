"""`understudy sweep --html`: curves of quantiles over the grid, looked at in Chromium."""

import pytest

import pages


@pytest.fixture
def lossy(root, tmp_path):
    text = (root / "scenarios/nginx-pair.yaml").read_text().replace("nginx-pair/", f"{root}/scenarios/nginx-pair/")
    text = text.replace("understudy: 1\n", "understudy: 1\nparams: { loss: 0% }\n", 1)
    text = text.replace("jitter: 20us }", 'jitter: 20us, loss: "${loss}" }')
    path = tmp_path / "lossy.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(("grid", "curves", "dots"), [(["--param", "loss=0%,20%"], 3, 6), ([], 1, 9)])
def test_curves_are_drawn(understudy_program, lossy, tmp_path, grid, curves, dots):
    target = tmp_path / "sweep.html"
    process = understudy_program(
        "sweep", lossy, "--case", "stop-daemon-on-master", "--seeds", "1:4", "-q", "--full", *grid, "--html", target
    )
    assert process.returncode in (0, 1), process.stderr
    assert "default-src 'none'" in target.read_text()
    dom = pages.dom(target)
    pictures = dom.count('class="picture"')
    assert pictures >= 1
    assert dom.count('class="curve"') == pictures * curves
    assert dom.count('class="dot"') == pictures * dots
