"""A method of your own for Fathom: enlarges the small map and smooths it along the picture's edges.

  own_method.py RGB.npy LOW.npy OUT.npy    one sample, as a command of Fathom (LOW.json beside LOW)
  own_method.py --serve                    all samples, as a command with processes = "one"
  own_method.py RESULTS OUT                a loop over RESULTS/low, what `fathom-cli degrade` wrote
"""
import json, pathlib, sys

import numpy as np

try:
    import torch
except ImportError:  # then the second step is left out
    torch = None


def enlarge(levels, info):
    """Linear between cells: cell i was sampled at pixel factor * i + phase."""
    factor, phase = np.broadcast_to(info["factor"], 2), np.broadcast_to(info["phase"], 2)
    weights = []
    for axis, side, cells in ((0, "width", levels.shape[1]), (1, "height", levels.shape[0])):
        pixels = np.arange(int(info.get(side, cells * factor[axis])))
        place = np.clip((pixels - phase[axis]) / factor[axis], 0, cells - 1)
        weights.append(np.maximum(0, 1 - np.abs(place[:, None] - np.arange(cells))))
    return weights[1] @ (levels * info["metres_per_level"]) @ weights[0].T


def smooth(depth, rgb, steps=50):
    """Every pixel moves towards those of its neighbours that have its colour."""
    depth, rgb = torch.from_numpy(depth), torch.from_numpy(rgb.astype("float32"))
    for step in range(steps):
        total, moved = torch.ones_like(depth), depth.clone()
        for shift, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)):
            weight = torch.exp(-(rgb - rgb.roll(shift, axis + 1)).abs().sum(0) / 10)
            total, moved = total + weight, moved + weight * depth.roll(shift, axis)
        depth = moved / total
    return depth.numpy()


def run(rgb, low, out):
    info = json.loads(pathlib.Path(low).with_suffix(".json").read_text())
    depth = enlarge(np.load(low), info)
    if rgb and torch:
        depth = smooth(depth, np.load(rgb))
    np.save(out, depth.astype("float32"))  # metres; NaN where there is no value


if sys.argv[1:] == ["--serve"]:
    for line in sys.stdin:
        job = json.loads(line)
        run(job["rgb_npy"], job["low"], job["out"])
        print("fathom done", job["sample"], flush=True)
elif len(sys.argv) == 3:
    for low in sorted(pathlib.Path(sys.argv[1], "low").glob("*.npy")):
        pathlib.Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
        run(None, low, pathlib.Path(sys.argv[2], low.name))
else:
    run(*sys.argv[1:4])
