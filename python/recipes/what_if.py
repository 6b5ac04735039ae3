"""What if adverts went out ten times as often? The same faults and the same seeds, with another configuration.

what_if.py [SEEDS]
"""

import json
import pathlib
import re
import sys

import understudy

FOLDER = pathlib.Path(__file__).parents[2] / "scenarios"
CASE = "stop-daemon-on-master"


def faster(conf):
    """Intervals below a second are of version 3, which has no authentication."""
    conf = re.sub(r"authentication \{.*?\}", "version 3", conf, flags=re.DOTALL)
    return conf.replace("advert_int 1", "advert_int 0.1")


def pair(edit):
    """The scenario with its configurations edited: where a path stands, the text may stand, too."""
    text = (FOLDER / "nginx-pair.yaml").read_text()
    for host in ("lb1", "lb2"):
        conf = edit((FOLDER / f"nginx-pair/{host}.conf").read_text())
        text = text.replace(f"config: nginx-pair/{host}.conf", f"config: {json.dumps(conf)}")
    return understudy.Scenario.from_text(text)


def main(seeds=50):
    for name, edit in (("as it is", str), ("ten times as often", faster)):
        sweep = understudy.sweep(pair(edit), int(seeds), case=CASE)
        blackouts = sorted(row.values["blackout(web)"] for row in sweep.rows)
        print(f"{name:20} blackout {blackouts[0] * 1000:6.1f} ms at best, {blackouts[-1] * 1000:6.1f} ms at worst, {sweep.verdict}")


if __name__ == "__main__":
    main(*sys.argv[1:])
