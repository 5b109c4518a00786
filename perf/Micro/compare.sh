#!/bin/sh
# The codec, npm's smpp and Debian's libsmpp34 on the same PDUs in one run; prints a table of nanoseconds and ratios.
# Usage: perf/Micro/compare.sh [--full]   (a short BenchmarkDotNet job unless --full)
set -eu
cd "$(dirname "$0")"
job=--short
[ "${1:-}" = --full ] && job=
out=${OUT:-../../artifacts/micro}
mkdir -p "$out"

peers=../../tests/EndToEnd.Tests/peers
[ -d $peers/node_modules/smpp ] || (cd $peers && npm ci --no-audit --no-fund)
[ -f /usr/include/libsmpp34/smpp34.h ] || apt-get install -y libsmpp34-dev
cc -O2 -o "$out/libsmpp34" peers/libsmpp34.c -lsmpp34
dotnet build -c Release --nologo -v quiet

{
    "$out/libsmpp34" samples.txt
    node peers/npm-smpp.js samples.txt
    (cd "$out" && dotnet ../../perf/Micro/bin/Release/net10.0/micro.dll $job --filter '*CodecBenchmarks*' | grep '^codec ')
} > "$out/raw.txt"

awk '
    $1 == "codec" { ours[$2] = $3; bytes[$2] = $5; next }
    { peer[$1 " " $2 " " $3] = $4 }
    function row(label, method, key) {
        c = peer["libsmpp34 " key]; n = peer["npm-smpp " key]; o = ours[method]
        printf "%-34s %8.1f ns %4d B %10.1f ns (x%.0f) %10.1f ns (x%.0f)\n", label, o, bytes[method], c, c / o, n, n / o
    }
    END {
        printf "%-34s %11s %6s %20s %20s\n", "", "codec", "alloc", "libsmpp34 (ratio)", "npm smpp (ratio)"
        row("submit_sm read", "SubmitSmRead", "submit_sm read")
        row("submit_sm write", "SubmitSmWrite", "submit_sm write")
        row("deliver_sm read", "DeliverSmRead", "deliver_sm_receipt read")
        row("deliver_sm read, receipt parsed", "DeliverSmReadWithReceipt", "deliver_sm_receipt read")
        row("deliver_sm write", "DeliverSmWrite", "deliver_sm_receipt write")
        row("submit_sm_resp read", "SubmitSmRespRead", "submit_sm_resp read")
        row("submit_sm_resp write", "SubmitSmRespWrite", "submit_sm_resp write")
        row("deliver_sm_resp read", "DeliverSmRespRead", "deliver_sm_resp read")
        row("deliver_sm_resp write", "DeliverSmRespWrite", "deliver_sm_resp write")
    }' "$out/raw.txt" | tee "$out/table.txt"
