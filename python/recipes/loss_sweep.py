"""How much loss does a pair stand? A sweep over a grid, on all cores, with the curve as a picture.

loss_sweep.py [SEEDS [PICTURE.png]]
"""

import pathlib
import sys

import understudy

SCENARIO = pathlib.Path(__file__).parents[2] / "scenarios/loss-sweep.yaml"


def main(seeds=100, picture=None):
    losses = ["0%", "5%", "10%", "20%"]
    sweep = understudy.sweep(SCENARIO, int(seeds), grid={"loss": losses})
    print("loss  runs with a takeover that nobody wanted   most in one run")
    for loss in losses:
        spurious = [row.values["spurious"] for row in sweep.rows if row.params["loss"] == loss]
        share = sum(count > 0 for count in spurious) / len(spurious)
        print(f"{loss:>4}  {share:6.1%}                                     {max(spurious):3.0f}")
    # The scenario's own verdicts, with 95 % bounds and the seeds to look at.
    for verdict in sweep.document.verdicts:
        print(verdict.outcome, verdict.text)
    if picture:
        understudy.plot(sweep, column="spurious").savefig(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
