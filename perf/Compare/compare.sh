#!/usr/bin/env bash
# The same messages over HTTP through this appliance and through Kannel to the same simulated SMSC.
# COMPARE_SECONDS (10) a run, COMPARE_ROUNDS (3) of each kind.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet run --project perf/Compare -c Release --verbosity quiet
