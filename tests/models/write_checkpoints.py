"""Writes the weights files that tests/models/checkpoints_pytorch.cpp reads, with PyTorch itself.

    write_checkpoints.py write FOLDER    state dicts of every kind, as PyTorch stores them
    write_checkpoints.py compare FOLDER  what PyTorch reads from FOLDER's files, one line each

For every file NAME.pth of `write` there is a list NAME.txt with one line per tensor: key, type, shape and
SHA-256 of its bytes (row-major), separated by tabs. A file without such a list must be refused.
`compare` prints "NAME error" or "NAME ok DIGEST", the digest being SHA-256 of such a list; safetensors files
are parsed here, since the package may be missing.
"""
import collections
import hashlib
import json
import struct
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import torch  # noqa: E402


def line(key, tensor):
    raw = torch.empty(tensor.numel(), dtype=tensor.dtype).copy_(tensor.detach().reshape(-1))  # own storage
    data = bytes(raw.view(torch.uint8).untyped_storage().tolist()[: raw.numel() * raw.element_size()]) \
        if raw.numel() else b""
    shape = ",".join(map(str, tensor.shape))
    return f"{key}\t{str(tensor.dtype)[6:]}\t{shape}\t{hashlib.sha256(data).hexdigest()}\n"


def tensors_of(value):
    """The state dict in what was loaded, by the rules of Fathom's reader."""
    wrappers = ("state_dict", "model", "params_ema", "params", "model_state_dict", "net", "network")
    while True:
        if not isinstance(value, dict):
            raise ValueError("no state dict")
        inner = [value[w] for w in wrappers if isinstance(value.get(w), dict)]
        if not inner and (not value or any(isinstance(v, torch.Tensor) for v in value.values())):
            return {k: v for k, v in value.items() if isinstance(v, torch.Tensor)}
        inner = inner or [v for v in value.values() if isinstance(v, dict)
                          and any(isinstance(t, torch.Tensor) for t in v.values())][:1]
        if not inner:
            raise ValueError("no state dict")
        value = inner[0]


def listing(tensors):
    return "".join(line(key, tensor) for key, tensor in tensors.items())


def network():
    torch.manual_seed(1)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.ReLU(), torch.nn.Linear(8, 5, bias=False))
    return net


class Module(torch.nn.Module):
    """A whole model: must be refused, it cannot be read without running code."""

    def __init__(self):
        super().__init__()
        self.inner = network()


def state_dicts():
    plain = network().state_dict()
    yield "plain", plain, plain
    yield "half", {k: v.half() for k, v in plain.items()}, None
    yield "bfloat16", {k: v.bfloat16() for k, v in plain.items()}, None
    yield "double", {k: v.double() for k, v in plain.items()}, None
    types = [torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.int16,
             torch.int8, torch.uint8, torch.bool, torch.complex64, torch.complex128]
    values = torch.arange(12).reshape(3, 4)
    yield "types", {str(t): values.to(t) for t in types}, None
    module = {"module.module." + k: v for k, v in plain.items()}
    yield "module", module, None
    optimizer = torch.optim.AdamW(network().parameters())
    training = {"epoch": 3, "arch": "sgnet", "best": 0.5, "state_dict": module, "optimizer": optimizer.state_dict(),
                "args": {"lr": 1e-4, "betas": (0.9, 0.999), "names": ["a", None, True]},
                "history": [0.1 * i for i in range(50)]}
    yield "training", training, module
    yield "nested", {"model": {"state_dict": plain}}, plain
    yield "ema", {"params": {k: v + 1 for k, v in plain.items()}, "params_ema": plain}, plain
    yield "scores", {"best": torch.tensor(0.5), "state_dict": plain}, plain
    yield "other_wrapper", {"weights": plain, "step": 7}, plain
    shared = torch.randn(6, 4)
    yield "tied", {"a": shared, "b": shared, "row": shared[2], "part": shared[1:4, 1:3]}, None
    yield "views", {"transposed": shared.t(), "every_second": shared[::2, ::2], "expanded": torch.ones(1, 3).expand(5, 3),
                    "permuted": torch.arange(24.).reshape(2, 3, 4).permute(2, 0, 1),
                    "channels_last": torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
                    "offset": torch.arange(10)[7:]}, None
    yield "scalars", {"scalar": torch.tensor(2.5), "count": torch.tensor(7), "one": torch.ones(1, 1, 1, 1)}, None
    yield "empty", {"empty": torch.zeros(0), "flat": torch.zeros(3, 0, 2), "full": torch.ones(2)}, None
    yield "none", collections.OrderedDict(), None
    yield "parameters", {k: torch.nn.Parameter(v.clone()) for k, v in network().named_parameters()}, None
    noted = torch.ones(3)
    noted.note = "attribute"
    parameter = torch.nn.Parameter(torch.ones(2))
    parameter.note = 1
    yield "attributes", {"noted": noted, "parameter": parameter}, None
    yield "names", {"ünïcødé": torch.ones(1), "with space": torch.ones(1), "a" * 300: torch.ones(1)}, None
    yield "extra", {"weight": torch.ones(2), "epoch": 3, "bytes": b"abc", "size": torch.Size([2, 3]),
                    "device": torch.device("cpu"), "type": torch.float32, "set": {1, 2}, "big": 2 ** 100,
                    "float": 1.5, "text": "x", "none": None}, None


def modern_only():
    values = torch.arange(12).reshape(3, 4)
    new = [torch.uint16, torch.uint32, torch.uint64, torch.float8_e4m3fn, torch.float8_e5m2]
    yield "new_types", {str(t): values.to(torch.float32).to(t) for t in new}


def refused():
    ones = torch.ones(2, 2, dtype=torch.complex64)
    yield "conj", {"a": ones.conj()}
    yield "neg", {"a": torch.ones(2, dtype=torch.complex64).conj().imag}
    yield "sparse", {"a": torch.eye(3).to_sparse()}
    yield "quantized", {"a": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)}
    yield "whole_model", Module()
    yield "model_inside", {"model": Module(), "epoch": 1}
    yield "single_tensor", torch.ones(3)
    yield "no_tensors", {"epoch": 3}
    yield "list", [torch.ones(2)]
    yield "several", {"generator": {"a": torch.ones(1)}, "discriminator": {"a": torch.ones(1)}}
    yield "bomb", {"a": torch.ones(1).expand(1 << 40)}


def save(folder, name, value, tensors, **options):
    torch.save(value, folder / f"{name}.pth", **options)
    if tensors is not None:
        (folder / f"{name}.txt").write_text(listing(tensors), encoding="utf-8")


def write(folder):
    for name, value, tensors in state_dicts():
        tensors = tensors if tensors is not None else tensors_of(value)
        save(folder, f"zip_{name}", value, tensors)
        save(folder, f"legacy_{name}", value, tensors, _use_new_zipfile_serialization=False)
        save(folder, f"protocol4_{name}", value, tensors, pickle_protocol=4)
    save(folder, "legacy_protocol4", network().state_dict(), network().state_dict(),
         _use_new_zipfile_serialization=False, pickle_protocol=4)
    for name, value in modern_only():
        save(folder, f"zip_{name}", value, value)
    for name, value in refused():
        save(folder, f"zip_{name}", value, None)
        if name not in ("quantized",):
            save(folder, f"legacy_{name}", value, None, _use_new_zipfile_serialization=False)
    torch.jit.script(network()).save(str(folder / "torchscript.pth"))
    torch.serialization.set_crc32_options(False)
    save(folder, "zip_unchecked", network().state_dict(), network().state_dict())


def safetensors_of(data):
    """A second strict parser, written from the format's description."""
    types = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
             "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8,
             "BOOL": torch.bool, "U16": torch.uint16, "U32": torch.uint32, "U64": torch.uint64,
             "F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2, "C64": torch.complex64}

    def unique(pairs):
        if len({k for k, _ in pairs}) != len(pairs):
            raise ValueError("duplicate")
        return dict(pairs)

    (length,) = struct.unpack("<Q", data[:8])
    if length > 100_000_000 or length > len(data) - 8:
        raise ValueError("header")
    header = json.loads(data[8:8 + length].decode("utf-8"), object_pairs_hook=unique)
    metadata = header.pop("__metadata__", {})
    if any(not isinstance(v, str) for v in metadata.values()):
        raise ValueError("metadata")
    body, result, spans = data[8 + length:], {}, []
    for key, entry in header.items():
        kind, (begin, end) = types[entry["dtype"]], entry["data_offsets"]
        count = 1
        for side in entry["shape"]:
            if type(side) is not int or side < 0:
                raise ValueError("shape")
            count *= side
        if set(entry) != {"dtype", "shape", "data_offsets"} or end - begin != count * kind.itemsize:
            raise ValueError("span")
        spans.append((begin, end))
        raw = bytearray(body[begin:end])
        flat = torch.frombuffer(raw, dtype=torch.uint8).view(kind) if raw else torch.zeros(0, dtype=kind)
        result[key] = flat.reshape(entry["shape"])
    at = 0
    for begin, end in sorted(spans):
        if begin != at:
            raise ValueError("hole or overlap")
        at = end
    if at != len(body):
        raise ValueError("length")
    return result


def compare(folder):
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".pth", ".safetensors"):
            continue
        try:
            if path.suffix == ".pth":
                tensors = tensors_of(torch.load(path, map_location="cpu", weights_only=True))
            else:
                tensors = safetensors_of(path.read_bytes())
            text = listing(tensors)
        except Exception:  # whatever is wrong: PyTorch does not read it
            print(path.name, "error")
            continue
        print(path.name, "ok", hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


if __name__ == "__main__":
    {"write": write, "compare": compare}[sys.argv[1]](Path(sys.argv[2]))
