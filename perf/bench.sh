#!/usr/bin/env bash
# The performance table. BENCH_SECONDS (20) a row; BENCH_ONLY=TEXT takes the rows whose name contains it.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet run --project perf/Load -c Release --verbosity quiet
