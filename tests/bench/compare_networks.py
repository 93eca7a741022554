#!/usr/bin/env python3
"""Runs bench_networks and the same networks in PyTorch eager in turn and prints a table.

usage: compare_networks.py BENCH_NETWORKS [SYSTEM...] [--python P] [--device D] [--rounds N]
                           [--shrink N] [--precisions float32,bfloat16] [--channels-last]
                           [--json FILE]

Before it times a system it checks that both programs give the same numbers. Every run is a process
of its own, in turn: Fathom, PyTorch, Fathom, PyTorch …; ratios are medians of the rounds' ratios.
--shrink N divides the sides of all inputs: a quick look, not to be quoted.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from compare import CALM, calm_run, share_of_others

HERE = pathlib.Path(__file__).parent
SYSTEMS = HERE / "systems.json"
GREATEST_DEVIATION = 1e-4  # of two programs in float32
MOST_HEAVY_ROUNDS = 2  # where one pass takes minutes


class Disagreement(Exception):
    pass


def answer_of(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip() or done.returncode}")
    return json.loads(done.stdout)


class Comparison:
    """The runs of one system."""

    def __init__(self, system, arguments, folder):
        self.system, self.arguments = system, arguments
        self.heavy = system.get("heavy", False) and arguments.device == "cpu"
        self.reference = folder / f"{system['id']}.f32"
        self.runs = {}  # (program, precision): answers
        self.disturbance = 0.0

    def command(self, program, precision):
        options = [SYSTEMS, self.system["id"], "--precision", precision, "--device",
                   self.arguments.device, "--shrink", self.arguments.shrink, "--threads",
                   self.arguments.threads]
        options += ["--passes", 1, "--warm-up", 0] if self.heavy else \
            ["--passes", self.arguments.passes, "--warm-up", 2]
        if program == "fathom":
            return [self.arguments.bench, *options]
        if self.arguments.channels_last:
            options.append("--channels-last")
        return [self.arguments.python, HERE / "networks", *options]

    def run(self, program, precision, *more):
        def action():
            return answer_of([*self.command(program, precision), *more])

        watched = share_of_others if self.heavy or self.arguments.restless else calm_run
        answer, share = watched(action)
        self.disturbance = max(self.disturbance, share)
        self.runs.setdefault((program, precision), []).append(answer)
        return answer

    def check(self):
        """The first round: who does not agree is not timed any further."""
        self.run("fathom", "float32", "--dump", self.reference)
        apart = self.run("pytorch", "float32", "--check", self.reference)["deviation"]
        most = self.system.get("deviation", GREATEST_DEVIATION)
        if not apart <= most:
            raise Disagreement(f"{self.system['title']}: the outputs differ by {apart:.2g} of the "
                               f"greatest magnitude, at most {most:g} is right")
        self.bfloat16_round("--check", self.reference)

    def bfloat16_round(self, *more):
        if "bfloat16" in self.arguments.precisions:
            self.run("fathom", "bfloat16", *more)
            self.run("pytorch", "bfloat16", *more)

    def all_rounds(self):
        self.check()
        rounds = min(self.arguments.rounds, MOST_HEAVY_ROUNDS) if self.heavy else \
            self.arguments.rounds
        for _ in range(rounds - 1):
            self.run("fathom", "float32")
            self.run("pytorch", "float32")
            self.bfloat16_round()

    def median(self, program, precision, key="milliseconds"):
        answers = self.runs.get((program, precision))
        return statistics.median(answer[key] for answer in answers) if answers else None

    def ratio(self, slow, fast):
        pairs = zip(self.runs.get(slow, []), self.runs.get(fast, []))
        ratios = [a["milliseconds"] / b["milliseconds"] for a, b in pairs]
        return statistics.median(ratios) if ratios else None

    def error(self, program):
        answers = self.runs.get((program, "bfloat16"))
        return answers[0]["deviation"] if answers else None

    def row(self):
        ours, theirs = ("fathom", "float32"), ("pytorch", "float32")
        ours16, theirs16 = ("fathom", "bfloat16"), ("pytorch", "bfloat16")
        return {
            "system": self.system["title"], "id": self.system["id"],
            "deviation": self.runs[theirs][0]["deviation"],
            "fathom": self.median(*ours), "pytorch": self.median(*theirs),
            "ratio": self.ratio(theirs, ours),
            "fathom16": self.median(*ours16), "pytorch16": self.median(*theirs16),
            "ratio16_to_32": self.ratio(theirs, ours16), "ratio16": self.ratio(theirs16, ours16),
            "error16": self.error("fathom"), "pytorch_error16": self.error("pytorch"),
            "fathom_mib": self.median(*ours, "peak_mib"),
            "pytorch_mib": self.median(*theirs, "peak_mib"),
            "fathom16_mib": self.median(*ours16, "peak_mib"),
            "pytorch16_mib": self.median(*theirs16, "peak_mib"),
            "rounds": len(self.runs[ours]), "disturbance": self.disturbance,
        }


def text(value, pattern="{:.1f}"):
    return "" if value is None else pattern.format(value)


def time_text(milliseconds):
    if milliseconds is None:
        return ""
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:.0f}"


def rate_text(milliseconds):
    return "" if milliseconds is None else f"{1000 / milliseconds:.3g}"


HEADS = ("Fathom", "PyTorch", "ratio", "Fathom bf16", "PyTorch bf16", "bf16 to PyTorch float32",
         "bf16 to PyTorch bf16", "bf16 error", "PyTorch bf16 error", "peak MiB",
         "PyTorch peak MiB", "bf16 peak MiB", "PyTorch bf16 peak MiB")


def print_head(arguments):
    unit = "ms" if arguments.device == "cpu" else "frames/s"
    print(f"| {unit}, {arguments.device} | " + " | ".join(HEADS) + " |")
    print("|---|" + "---:|" * len(HEADS))


def print_row(row, arguments):
    speed = time_text if arguments.device == "cpu" else rate_text
    cells = [row["system"], speed(row["fathom"]), speed(row["pytorch"]),
             text(row["ratio"], "{:.2f}"), speed(row["fathom16"]), speed(row["pytorch16"]),
             text(row["ratio16_to_32"], "{:.2f}"), text(row["ratio16"], "{:.2f}"),
             text(row["error16"], "{:.2g}"), text(row["pytorch_error16"], "{:.2g}"),
             *(text(row[key], "{:.0f}") for key in ("fathom_mib", "pytorch_mib", "fathom16_mib",
                                                    "pytorch16_mib"))]
    print("| " + " | ".join(cells) + " |", flush=True)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bench")
    parser.add_argument("systems", nargs="*", metavar="SYSTEM")
    parser.add_argument("--python", default=sys.executable, help="one with PyTorch")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shrink", type=int, default=1)
    parser.add_argument("--precisions", default="float32,bfloat16")
    parser.add_argument("--channels-last", action="store_true",
                        help="the yardstick's maps too, which users must ask for")
    parser.add_argument("--restless", action="store_true",
                        help="do not repeat runs that other programs disturb")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE")
    return parser.parse_args()


def chosen(names):
    table = json.loads(SYSTEMS.read_text())
    unknown = set(names) - {system["id"] for system in table}
    if unknown:
        raise SystemExit(f"compare_networks.py: no system {', '.join(sorted(unknown))}; known: "
                         f"{', '.join(system['id'] for system in table)}")
    return [system for system in table if not names or system["id"] in names]


def main():
    arguments = parsed()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    if arguments.restless:  # waiting threads that spin take the cores from who has work
        os.environ["OMP_WAIT_POLICY"] = "passive"
    rows, problems = [], []
    print_head(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for system in chosen(arguments.systems):
            comparison = Comparison(system, arguments, pathlib.Path(folder))
            try:
                comparison.all_rounds()
            except (Disagreement, RuntimeError) as problem:
                problems.append(str(problem))
                continue
            rows.append(comparison.row())
            print_row(rows[-1], arguments)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")
    if any(row["disturbance"] > CALM for row in rows):
        worst = max(row["disturbance"] for row in rows)
        print(f"\nOther programs took up to {worst:.0%} of the processors: do not quote this.")
    for problem in problems:
        print(f"compare_networks.py: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
