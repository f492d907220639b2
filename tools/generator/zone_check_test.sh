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
  # Nothing outside the zone is looked up.
  named-checkzone -q -i local example. "$zone"
  checked=1
fi
if command -v ldns-read-zone >/dev/null; then
  ldns-read-zone "$zone" >/dev/null
  checked=1
fi
[ $checked = 1 ] || echo "SKIPPED: no zone checker is installed"

# A tar holds the files that a directory would, and its bytes do not depend on where it goes.
"$generate" --model csv --domains 200 --quiet --out "$TEST_TMPDIR/files"
"$generate" --model csv --domains 200 --quiet --tar --out "$TEST_TMPDIR/packed"
"$generate" --model csv --domains 200 --quiet --tar --out - >"$TEST_TMPDIR/stream.tar"
cmp "$TEST_TMPDIR/packed/example_2026-11-22_full_S1_R0.tar" "$TEST_TMPDIR/stream.tar"
[ "$(ls -A "$TEST_TMPDIR/packed" | tr '\n' ' ')" = "example.zone example_2026-11-22_full_S1_R0.tar " ]
mkdir "$TEST_TMPDIR/unpacked"
tar -xf "$TEST_TMPDIR/stream.tar" -C "$TEST_TMPDIR/unpacked"
rm "$TEST_TMPDIR/files/example.zone"
diff -r "$TEST_TMPDIR/files" "$TEST_TMPDIR/unpacked"

# Wrong usage is status 2, help is status 0.
status=0; "$generate" --domains 0 --out "$TEST_TMPDIR/none" 2>/dev/null || status=$?
[ $status = 2 ]
status=0; "$generate" --nonsense 2>/dev/null || status=$?
[ $status = 2 ]
"$generate" --help | grep -q Examples
