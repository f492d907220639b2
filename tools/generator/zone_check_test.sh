#!/usr/bin/env bash
# Zone checkers of other people accept the made-up zone, whichever of them is installed.
set -euo pipefail
generate=$1
"$generate" --domains 3000 --night 2 --changed 0.05 --quiet --out "$TEST_TMPDIR/zone"
zone=$TEST_TMPDIR/zone/example.zone
checked=0
if command -v kzonecheck >/dev/null; then
  kzonecheck -o example. "$zone"
  checked=1
fi
if command -v named-checkzone >/dev/null; then
  named-checkzone -q -i full example. "$zone"
  checked=1
fi
if command -v ldns-read-zone >/dev/null; then
  ldns-read-zone "$zone" >/dev/null
  checked=1
fi
[ $checked = 1 ] || echo "SKIPPED: no zone checker is installed"

# Wrong usage is status 2, help is status 0.
status=0; "$generate" --domains 0 --out "$TEST_TMPDIR/none" 2>/dev/null || status=$?
[ $status = 2 ]
status=0; "$generate" --nonsense 2>/dev/null || status=$?
[ $status = 2 ]
"$generate" --help | grep -q Examples
