#!/usr/bin/env python3
"""The same work as bench_pipeline, as a careful user of numpy and OpenCV would write it.

usage: yardstick.py DUMP [--json] [--seconds S]

DUMP is a folder written by `bench_pipeline --dump`. First checks that its own results equal those
in there, then times each stage and all together. float64 where Fathom uses float64 (quantisation,
noise, metrics, errors), float32 where it does not (interpolation, what is stored).
"""
import argparse
import csv
import json
import sys
import time

import cv2
import numpy as np

HEIGHT, WIDTH, FACTOR, PHASE = 480, 640, 8, 4
METRES_PER_LEVEL = 65535 / 4095
SAMPLE, SEED = b"bench-0000", 1


def fnv1a32(data):
    value = 2166136261
    for byte in data:
        value = (value ^ byte) * 16777619 % 2**32
    return value


def philox(counters, key):
    """Philox4x32-10 of four arrays of words."""
    c0, c1, c2, c3 = (np.asarray(c, np.uint64) for c in counters)
    k0, k1 = key
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = ((p1 >> shift) ^ c1 ^ np.uint64(k0), p1 & low,
                          (p0 >> shift) ^ c3 ^ np.uint64(k1), p0 & low)
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


def fathom_noise(cells):
    """Fathom's own noise: two normal numbers per cell and the sigmas of the image."""
    sample, zero = np.full(cells, fnv1a32(SAMPLE)), np.zeros(cells)
    words = philox((sample, np.arange(cells), zero + 1, zero), (SEED, 0))
    u, v = ((w + 0.5) / 2**32 for w in words[:2])
    radius, angle = np.sqrt(-2 * np.log(u)), 2 * np.pi * v
    sigma = philox((sample[:1], zero[:1], zero[:1] + 2, zero[:1]), (SEED, 0))
    relative, additive = ((float(w[0]) + 0.5) / 2**32 for w in sigma[:2])
    return radius * np.cos(angle), radius * np.sin(angle), 0.02 * relative, 0.05 * additive


def numpy_noise(generator, cells):
    """What a numpy user takes: faster than Philox written in numpy, but other numbers."""
    relative, additive = generator.uniform(size=2)
    normal = generator.standard_normal((2, cells))
    return normal[0], normal[1], 0.02 * relative, 0.05 * additive


def degrade(truth, valid, noise):
    # Sampled first: quantising 4,800 pixels instead of 307,200.
    metres = truth[PHASE::FACTOR, PHASE::FACTOR].astype(np.float64)
    level = np.minimum(np.floor(metres * 4095 / 65535), 4095)
    level[~valid[PHASE::FACTOR, PHASE::FACTOR]] = 0
    first, second, relative, additive = noise
    shape = level.shape
    received = level + level * (first.reshape(shape) * relative) + second.reshape(shape) * additive
    return np.maximum(received, 0).astype(np.float32)


def bicubic(low):
    metres = cv2.resize(low, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    metres *= np.float32(METRES_PER_LEVEL)
    return metres, np.isfinite(metres)


class Workspace:
    """Arrays made once: fresh memory for every step would take numpy four times as long."""

    def __init__(self):
        self.doubles = [np.empty(HEIGHT * WIDTH) for _ in range(6)]
        self.floats = np.empty(HEIGHT * WIDTH, np.float32)


def metrics(prediction, predicted, truth, valid, space):
    counted = (valid & predicted).ravel()
    n = int(np.count_nonzero(counted))
    p, g, error, absolute, a, b = (array[:n] for array in space.doubles)
    for values, target in ((prediction, p), (truth, g)):
        target[:] = np.compress(counted, values.ravel(), out=space.floats[:n])
    result = {"pixels": n}
    np.subtract(p, g, out=error)
    np.abs(error, out=absolute)
    result["MAE"] = absolute.sum() / n
    result["RMSE"] = np.sqrt(np.dot(error, error) / n)
    np.divide(absolute, g, out=a)
    result["AbsRel"] = a.sum() / n
    result["SqRel"] = np.dot(absolute, a) / n
    np.maximum(p, 0.001, out=p)
    np.divide(1000, p, out=a)
    np.divide(1000, g, out=b)
    a -= b
    result["iRMSE"] = np.sqrt(np.dot(a, a) / n)
    result["iMAE"] = np.abs(a, out=a).sum() / n
    np.divide(p, g, out=a)
    np.divide(g, p, out=b)
    np.maximum(a, b, out=b)
    for power in (1, 2, 3):
        result[f"delta{power}"] = np.count_nonzero(b < 1.25**power) / n
    np.log(a, out=a)
    square, mean = np.dot(a, a) / n, a.sum() / n
    result["RMSElog"] = np.sqrt(square)
    result["SILog"] = 100 * np.sqrt(max(0.0, square - mean * mean))
    result["log10"] = np.abs(a, out=a).sum() / n / np.log(10)
    return result


def error_map(prediction, predicted, truth, valid, space):
    error = space.doubles[0].reshape(HEIGHT, WIDTH)
    np.copyto(error, prediction)
    error -= truth
    np.abs(error, out=error)
    result = error.astype(np.float32)
    result[~(valid & predicted)] = np.nan
    return result


class Check:
    """Collects the largest difference per result and complains at the end."""

    def __init__(self):
        self.failed = False

    def near(self, name, got, wanted, limit):
        got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
        scale = max(np.nanmax(np.abs(wanted)), 1e-12)
        same_gaps = np.array_equal(np.isnan(got), np.isnan(wanted))
        worst = np.nanmax(np.abs(got - wanted)) / scale if same_gaps else np.inf
        if not worst <= limit:
            self.failed = True
        print(f"check {name}: {worst:.1e} (limit {limit:.0e})", file=sys.stderr)


def read(folder, name, kind, shape):
    return np.fromfile(f"{folder}/{name}", kind).reshape(shape)


def check(folder, truth, valid):
    full, small = (HEIGHT, WIDTH), (HEIGHT // FACTOR, WIDTH // FACTOR)
    low = read(folder, "low.f32", "<f4", small)
    prediction = read(folder, "prediction.f32", "<f4", full)
    with open(f"{folder}/scores.csv", newline="") as file:
        scores = next(csv.DictReader(file))
    verdict = Check()
    verdict.near("degrade", degrade(truth, valid, fathom_noise(low.size)), low, 1e-6)
    own, predicted = bicubic(low)
    verdict.near("bicubic", own, prediction, 2e-6)
    for name, value in metrics(prediction, predicted, truth, valid, Workspace()).items():
        verdict.near(name, value, float(scores[name]), 1e-9)
    errors = read(folder, "errors.f32", "<f4", full)
    made = error_map(prediction, predicted, truth, valid, Workspace())
    verdict.near("error map", made, errors, 1e-7)
    if verdict.failed:
        sys.exit("the yardstick does not do the same work: see the checks above")


def median_microseconds(function, seconds):
    function()
    times, stop = [], time.perf_counter() + seconds
    while time.perf_counter() < stop or len(times) < 5:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e6 * float(np.median(times))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dump")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=0.5, help="per stage")
    arguments = parser.parse_args()
    cv2.setNumThreads(2)

    truth = read(arguments.dump, "truth.f32", "<f4", (HEIGHT, WIDTH))
    reason = read(arguments.dump, "reason.u8", "u1", (HEIGHT, WIDTH))
    valid = (reason != 1) & (reason != 4)
    check(arguments.dump, truth, valid)

    generator = np.random.default_rng(1)
    low = read(arguments.dump, "low.f32", "<f4", (HEIGHT // FACTOR, WIDTH // FACTOR))
    prediction, predicted = bicubic(low)
    space = Workspace()

    def pipeline():
        made = degrade(truth, valid, numpy_noise(generator, low.size))
        metres, finite = bicubic(made)
        metrics(metres, finite, truth, valid, space)
        error_map(metres, finite, truth, valid, space)

    stages = {
        "pipeline": pipeline,
        "degrade": lambda: degrade(truth, valid, numpy_noise(generator, low.size)),
        "bicubic": lambda: bicubic(low),
        "metrics": lambda: metrics(prediction, predicted, truth, valid, space),
        "error map": lambda: error_map(prediction, predicted, truth, valid, space),
    }
    times = {name: median_microseconds(stage, arguments.seconds) for name, stage in stages.items()}
    if arguments.json:
        print(json.dumps({"microseconds": times, "numpy": np.__version__, "opencv": cv2.__version__}))
        return
    for name, value in times.items():
        print(f"{name:10} {value:9.0f} us")


if __name__ == "__main__":
    main()
