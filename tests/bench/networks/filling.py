"""The deterministic filling of networks and inputs, as models/conformance/filling.h defines it."""
import math

import torch

WORD = 0xFFFFFFFF
CHUNK = 1 << 20  # the hash works in 64 bits: eight times what it yields must not show in peak memory


def fnv1a(key):
    value = 2166136261
    for byte in key.encode():
        value = ((value ^ byte) * 16777619) & WORD
    return value


def unit_hash(key, begin, end):
    """A double in [0, 1) for each element from begin to end of the tensor of this key."""
    x = (fnv1a(key) + torch.arange(begin, end, dtype=torch.int64) * 0x9E3779B1) & WORD
    x = ((x ^ (x >> 16)) * 0x85EBCA6B) & WORD
    x = ((x ^ (x >> 13)) * 0xC2B2AE35) & WORD
    return (x ^ (x >> 16)).double() / 2.0**32


def fill_line(tensor, key, offset, scale, symmetric):
    """offset + scale·u, or with v = 2u − 1 where symmetric; computed in double."""
    flat = tensor.view(-1)
    for begin in range(0, flat.numel(), CHUNK):
        end = min(begin + CHUNK, flat.numel())
        u = unit_hash(key, begin, end)
        flat[begin:end] = offset + scale * (2 * u - 1 if symmetric else u)


def rule_of(key, tensor):
    """Offset, scale and whether it is symmetric. The first rule that matches counts."""
    if key.endswith("running_var"):
        return 1, 0.5, False
    if key.endswith("running_mean"):
        return 0, 0.1, True
    if key.endswith(("token", "pos_embed", "relative_position_bias_table")):
        return 0, 0.2, True
    if key.endswith(("gamma", "beta")):
        return 0, 0.5, True
    if tensor.dim() >= 2:
        return 0, math.sqrt(3 / (tensor.numel() / tensor.shape[0])), True
    if tensor.dim() == 1 and key.endswith("weight"):
        return 1, 0.1, True
    return 0, 0.1, True


def fill(model, added=None):
    """Gives every floating tensor of the state dict its value; `added` maps keys to summands."""
    state = model.state_dict()
    for key, tensor in state.items():
        if not tensor.is_floating_point() or key.endswith("K_minus_1"):
            continue
        if key.endswith("invconv.p"):
            tensor.copy_(torch.eye(len(tensor)).roll(1, 1))
        elif key.endswith("invconv.sign_s"):
            tensor.copy_(1 - 2 * (torch.arange(len(tensor)) % 2))
        else:
            fill_line(tensor, key, *rule_of(key, tensor))
    for key, summand in (added or {}).items():
        state[key] += summand
    return model.eval()


def filled_input(name, shape, low, high):
    tensor = torch.empty(shape)
    fill_line(tensor, name, low, high - low, False)
    return tensor
