"""What happened there? A capture of a network explained, as a check that may stand in a nightly job.

explain_capture.py CAPTURE... exits with 1 when something is wrong in them.
"""

import datetime
import sys

import understudy


def main(*captures):
    story = understudy.explain(*captures)
    began = datetime.datetime.fromtimestamp(story.start_ns / 1e9, datetime.timezone.utc)
    print(f"{story.packets} packets, {story.adverts} adverts in {story.duration_s:.0f} s from {began:%Y-%m-%d %H:%M:%S} on")
    for router in story.virtual_routers:
        addresses = ", ".join(router.addresses)
        print(f"VRID {router.vrid}: {addresses}, spoken for by {', '.join(speaker.source for speaker in router.speakers)}")
    for change in story.transitions:
        print(f"{change.t:10.3f} s  VRID {change.vrid}: {change.from_ or 'nobody'} -> {change.to or 'nobody'} ({change.reason})")
    for finding in story.findings:
        print(f"{finding.t:10.3f} s  {finding.severity}: {finding.message}")
    for warning in story.warnings:
        print(f"warning: {warning}")
    return any(finding.severity == "error" for finding in story.findings)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
