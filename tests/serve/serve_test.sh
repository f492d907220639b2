#!/usr/bin/env bash
# One of the tests beside it with the programs that it needs.
set -euo pipefail
exec python3 "$1" "$2" "$3"
