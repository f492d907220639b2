#!/usr/bin/env bash
# serve_test.py with the programs that it needs.
set -euo pipefail
exec python3 "$1" "$2" "$3"
