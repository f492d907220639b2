#!/usr/bin/env bash
# live_test.py with the programs that it needs.
set -euo pipefail
exec python3 "$@"
