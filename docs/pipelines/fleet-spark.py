"""A fleet in parts under Spark: a task for each, its results as lines of JSON.

Usage: spark-submit fleet-spark.py <folder, pattern or manifest> <parts> <folder for the results>
Every executor has Node.js and certcheck, and the certificates under the same path. Then, where the results are:
certcheck fleet merge results/part-*
"""
import datetime
import os
import sys

from pyspark.sql import SparkSession

# Findings (exit code 1) are told of when all is put together; anything else fails the task, which Spark tries again.
COMMAND = """sh -euc '
while read -r part; do
  certcheck fleet "$FLEET" --shard "$part/$PARTS" --threads 1 --at "$AT" --format jsonl < /dev/null || test "$?" -eq 1
done
'"""

fleet, parts, results = sys.argv[1:]
# The same moment for all parts, whenever each of them runs.
at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
variables = {**os.environ, "FLEET": fleet, "PARTS": parts, "AT": at}
spark = SparkSession.builder.appName("certcheck fleet").getOrCreate()
numbers = spark.sparkContext.parallelize(range(1, int(parts) + 1), int(parts))
numbers.pipe(COMMAND, variables, checkCode=True).saveAsTextFile(results)
