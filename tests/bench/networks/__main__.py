#!/usr/bin/env python3
"""The yardstick of bench_networks: the same networks in PyTorch eager, filled with the same numbers.

usage: networks SYSTEMS.json SYSTEM [--precision float32|bfloat16] [--device D] [--threads N]
                [--shrink N] [--passes N] [--warm-up N] [--channels-last] [--check FILE]

Prints JSON as bench_networks does. --check FILE compares the output with one that bench_networks
wrote: the greatest deviation over the greatest magnitude. Networks are written from their papers
and descriptions with PyTorch's own modules and its fused attention, and run as users do, under
inference_mode: contiguous weights and inputs unless --channels-last is given.
"""
import argparse
import json
import pathlib
import statistics
import time
import warnings

warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

import torch

import systems


def reset_peak():
    """What Linux calls VmHWM starts again at what is resident now."""
    pathlib.Path("/proc/self/clear_refs").write_text("5")


def peak_mebibytes():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def synchronise(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def deviation(output, path):
    wanted = torch.frombuffer(bytearray(pathlib.Path(path).read_bytes()), dtype=torch.float32)
    if wanted.numel() != output.numel():
        raise SystemExit(f"networks: {path} has {wanted.numel()} values, not {output.numel()}")
    apart = (output.flatten() - wanted).abs().max() / wanted.abs().max()
    return apart.item()


def summary(output):
    values = output.double()
    return {"mean": values.mean().item(), "std": values.std(correction=0).item(),
            "min": values.min().item(), "max": values.max().item()}


def run(arguments, system):
    device = torch.device(arguments.device)
    kind = getattr(torch, arguments.precision)
    model, inputs, wanted = systems.build(system, arguments.shrink)
    reset_peak()
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    model.to(device, kind, memory_format=layout)
    inputs = {name: x.to(device, kind, memory_format=layout) for name, x in inputs.items()}
    times, output = [], None
    for index in range(arguments.warm_up + arguments.passes):
        synchronise(device)
        start = time.perf_counter()
        output = model(**inputs)[wanted]
        synchronise(device)
        if index >= arguments.warm_up:
            times.append(1000 * (time.perf_counter() - start))
    peak = peak_mebibytes()
    output = output.float().cpu()
    answer = {"milliseconds": statistics.median(times), "passes": len(times), "peak_mib": peak,
              "output": summary(output), "torch": torch.__version__}
    if arguments.check:
        answer["deviation"] = deviation(output, arguments.check)
    return answer


def main():
    parser = argparse.ArgumentParser(prog="networks", description=__doc__.split("\n")[0])
    parser.add_argument("systems")
    parser.add_argument("system")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shrink", type=int, default=1)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--check", metavar="FILE")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    # float32 means float32: on GPUs PyTorch would let convolutions round to 10 bits.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    system = systems.find(json.loads(pathlib.Path(arguments.systems).read_text()), arguments.system)
    with torch.inference_mode():
        print(json.dumps(run(arguments, system)))


if __name__ == "__main__":
    main()
