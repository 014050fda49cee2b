#!/bin/sh
# Every night, by cron, which mails what is printed: nothing, unless somebody has to act.
# Usage: nightly.sh <folder, pattern or manifest> <file with a live host in each line> <roots of those>
set -u
FLEET=$1 HOSTS=$2 ROOTS=$3
worst=0

# Prints what a check prints if it finds something, or cannot be done.
check() {
  report=$(certcheck "$@" --warn-days 60 --severity validity/not-expiring-soon=error --quiet 2>&1) && return
  worst=1
  printf '%s\n\n' "$report"
}

# What lies in the folder, and what the appliances really serve: somebody may have forgotten to upload it.
check fleet "$FLEET"
while read -r host || test -n "$host"; do
  check connect "$host" --roots "$ROOTS" < /dev/null
done < "$HOSTS"
exit "$worst"
