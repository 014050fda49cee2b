#!/bin/sh
# A fleet in parts under GNU parallel, here or, with --sshlogin, on machines that have the same folders.
# Usage: fleet-parallel.sh <folder, pattern or manifest> <parts> <folder for the results>
set -eu
FLEET=$1 PARTS=$2 RESULTS=$3
# The same moment for all parts, whenever each of them runs.
AT=$(date -u +%Y-%m-%dT%H:%M:%SZ)
export FLEET PARTS RESULTS AT
mkdir -p "$RESULTS"
# Findings (exit code 1) are told of when all is put together. For anything else a part is tried once more.
# shellcheck disable=SC2016
seq "$PARTS" | parallel --quote --retries 2 sh -c '
  certcheck fleet "$FLEET" --shard "$1/$PARTS" --threads 1 --at "$AT" \
    --format jsonl="$RESULTS/part-$1.jsonl" || test "$?" -eq 1
' part {}
certcheck fleet merge "$RESULTS"/part-*.jsonl --format human --format json="$RESULTS/report.json"
