#!/usr/bin/env bash
# tidemarkd with a fault in its system calls, for crash tests. Stands in for the program itself:
# strace runs as its grandchild, so that signals and waits meet tidemarkd.
#
# TIDEMARK_SYNC_FAULT is strace's, as in "signal=KILL:when=2". It is put into fdatasync(2) of the
# write-ahead log alone, which is what a begin, an acknowledgement and a commit wait for; strace
# counts for each thread apart, and one thread serves one deposit. Without it nothing is traced.
set -euo pipefail
program=$(dirname "$0")/../../cli/tidemarkd

if [ -z "${TIDEMARK_SYNC_FAULT:-}" ]; then
  exec "$program" "$@"
fi
paths=()
for number in $(seq -f %06g 0 400); do
  paths+=(-P "$TIDEMARK_DATA_DIR/$number.log")
done
exec strace -D -f -qqq -o "$TIDEMARK_SYNC_TRACE" "${paths[@]}" \
  -e trace=fdatasync -e "inject=fdatasync:$TIDEMARK_SYNC_FAULT" "$program" "$@"
