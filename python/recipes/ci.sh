#!/bin/sh
# Every scenario of a folder as a test, each with many seeds, on all cores, for a CI server:
#
#   ci.sh FOLDER [SEEDS] [JUNIT.xml]
#
# Exit status 0: all passed. A case that did not has its causes and the command that replays it in the log and in the
# XML; captures and pages with pictures are kept below --basetemp, to be archived. With pip's package `-p` is unneeded.
set -eu
exec "${PYTHON:-/usr/bin/python3}" -m pytest -q -n auto -p understudy.pytest_plugin -p no:cacheprovider \
  --understudy-scenarios "$1" --understudy-seeds "${2:-20}" --junitxml="${3:-understudy.xml}" \
  --basetemp="${TMPDIR:-/tmp}/understudy-$$" --rootdir="$1" "$1"
