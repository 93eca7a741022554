#!/usr/bin/env python3
"""Runs bench_pipeline and yardstick.py in turn and prints their medians as a table.

usage: compare.py BENCH_PIPELINE [--rounds N]

A run during which other programs took more than a tenth of the processors is done again; if the
machine does not calm down, the calmest run is taken and the table says so.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

YARDSTICK = pathlib.Path(__file__).with_name("yardstick.py")
CALM = 0.1  # share of the processors that others may take
MOST_TRIES = 4


def busy_seconds():
    """What all processors together have spent on anything, and on waiting."""
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:9]]
    ticks = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - fields[3] - fields[4]) / ticks


def own_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def share_of_others(action):
    """Runs the action; its result, and the share of the processors that others took meanwhile."""
    start, busy, own = time.monotonic(), busy_seconds(), own_seconds()
    result = action()
    elapsed = time.monotonic() - start
    others = busy_seconds() - busy - (own_seconds() - own)
    return result, max(0.0, others) / (elapsed * os.cpu_count())


def wait_for_calm(seconds=5):
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        if share_of_others(lambda: time.sleep(0.3))[1] < CALM:
            return


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def run_fathom(bench):
    answer = output_of(bench, "--benchmark_format=json", "--benchmark_min_time=0.1")
    rows = json.loads(answer[answer.index("{"):])["benchmarks"]
    return {row["name"].removesuffix("/real_time"): row["real_time"] for row in rows}


def run_yardstick(folder):
    return json.loads(output_of(sys.executable, YARDSTICK, folder, "--json", "--seconds", "0.15"))


def calm_run(action):
    """The calmest of some runs of an action, and the share that others took during it."""
    runs = []
    while len(runs) < MOST_TRIES and (not runs or runs[-1][1] >= CALM):
        wait_for_calm()
        runs.append(share_of_others(action))
    return min(runs, key=lambda run: run[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bench")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    os.environ.update(OMP_NUM_THREADS="2", OPENBLAS_NUM_THREADS="2")
    ours, theirs, disturbance = [], [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([arguments.bench, "--dump", folder], check=True)
        subprocess.run([sys.executable, YARDSTICK, folder, "--seconds", "0"], check=True,
                       stdout=subprocess.DEVNULL)
        for _ in range(arguments.rounds):  # A B A B …
            for runs, action in ((ours, lambda: run_fathom(arguments.bench)),
                                 (theirs, lambda: run_yardstick(folder))):
                result, share = calm_run(action)
                runs.append(result)
                disturbance = max(disturbance, share)
    versions = theirs[0]
    print(f"| 640×480, 2 threads | Fathom, ms | numpy {versions['numpy']} + OpenCV "
          f"{versions['opencv']}, ms | ratio |\n|---|---:|---:|---:|")
    for name in versions["microseconds"]:
        a = statistics.median(run[name] for run in ours) / 1000
        b = statistics.median(run["microseconds"][name] for run in theirs) / 1000
        print(f"| {name} | {a:.3f} | {b:.3f} | {b / a:.1f} |")
    if disturbance > CALM:
        print(f"\nOther programs took up to {disturbance:.0%} of the processors: do not quote this.")


if __name__ == "__main__":
    main()
