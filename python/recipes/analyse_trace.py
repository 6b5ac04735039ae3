"""Where do the milliseconds go? A run's frames and requests with numpy and pandas.

analyse_trace.py [PICTURE.png]
"""

import pathlib
import sys

import numpy as np

from understudy import Scenario

PAIR = pathlib.Path(__file__).parents[2] / "scenarios/nginx-pair.yaml"
SECOND = np.timedelta64(1, "s")


def main(picture=None):
    trace = Scenario.load(PAIR).run("stop-daemon-on-master", trace=True).trace
    print(trace)

    # numpy: how regular are a master's adverts?
    lb2 = trace.adverts[trace.adverts["host"] == trace.hosts.index("lb2")]
    gaps = np.diff(lb2["t"]) / SECOND
    print(f"lb2 spoke {len(lb2)} times, every {gaps.mean():.6f} s; the longest gap is {gaps.max():.6f} s")

    # pandas: what does the client see, second by second?
    requests = trace.to_pandas("requests").set_index("t")
    answered = requests["fate"].eq("answered").resample("1s").mean()
    print("seconds with lost requests:", [int(second.total_seconds()) for second in answered.index[answered < 1]])
    took = requests["took"].dt.total_seconds() * 1000
    print(took.groupby(requests["by"], observed=True).quantile([0.5, 0.99]).round(3).to_string())

    # Every frame of the takeover: from the resignation to the first answer from lb2.
    frames = trace.to_pandas("frames").set_index("t").sort_index()
    takeover = frames["10s":"10.66s"]
    sent = takeover[takeover["fate"] == "sent"]
    print(sent.groupby(["host", "kind"], observed=True).size().to_string())

    if picture:
        from matplotlib.figure import Figure

        figure = Figure(figsize=(8, 3), layout="constrained")
        axes = figure.add_subplot(xlabel="time [s]", ylabel="answered after [ms]")
        axes.plot(requests.index.total_seconds(), took, ".", markersize=2)
        figure.savefig(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
