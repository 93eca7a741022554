"""The Swin transformer and its windows."""
import torch
import torch.nn.functional as F
from torch import nn

from vit import Mlp

WINDOW, SHIFT = 7, 3
# Width, blocks and heads of each stage.
SIZES = {"tiny07": (96, (2, 2, 6, 2), (3, 6, 12, 24)),
         "base07": (128, (2, 2, 18, 2), (4, 8, 16, 32)),
         "large07": (192, (2, 2, 18, 2), (6, 12, 24, 48))}


def to_windows(x):
    """N×H×W×C to windows×49×C; sides must be multiples of 7."""
    n, h, w, c = x.shape
    x = x.view(n, h // WINDOW, WINDOW, w // WINDOW, WINDOW, c).transpose(2, 3)
    return x.reshape(-1, WINDOW * WINDOW, c)


def from_windows(x, h, w):
    x = x.view(-1, h // WINDOW, w // WINDOW, WINDOW, WINDOW, x.shape[-1]).transpose(2, 3)
    return x.reshape(-1, h, w, x.shape[-1])


def padded(x):
    """Zeros to the right and below until both sides of N×H×W×C are multiples of 7."""
    return F.pad(x, (0, 0, 0, -x.shape[2] % WINDOW, 0, -x.shape[1] % WINDOW))


def shift_mask(h, w, like):
    """Windows×49×49: −100 between places that were no neighbours before the roll."""
    labels = torch.zeros(1, h, w, 1, device=like.device, dtype=like.dtype)
    bands = (slice(0, -WINDOW), slice(-WINDOW, -SHIFT), slice(-SHIFT, None))
    for i, rows in enumerate(bands):
        for j, columns in enumerate(bands):
            labels[:, rows, columns] = 3 * i + j
    windows = to_windows(labels).squeeze(-1)
    apart = windows.unsqueeze(1) - windows.unsqueeze(2)
    return torch.zeros_like(apart).masked_fill(apart != 0, -100)


class WindowAttention(nn.Module):
    """Within windows; `cross`: keys and values come from elsewhere."""

    def __init__(self, width, heads, cross=False):
        super().__init__()
        self.heads = heads
        side = 2 * WINDOW - 1
        self.relative_position_bias_table = nn.Parameter(torch.zeros(side * side, heads))
        places = torch.stack(torch.meshgrid(*[torch.arange(WINDOW)] * 2, indexing="ij")).flatten(1)
        apart = places[:, :, None] - places[:, None, :] + WINDOW - 1
        self.register_buffer("relative_position_index", apart[0] * side + apart[1])
        if cross:
            self.q = nn.Linear(width, width)
            self.kv = nn.Linear(width, 2 * width)
        else:
            self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def split(self, x, count):
        return x.view(*x.shape[:2], count, self.heads, -1).permute(2, 0, 3, 1, 4)

    def bias(self):
        index = self.relative_position_index
        return self.relative_position_bias_table[index.view(-1)].view(*index.shape, -1).permute(
            2, 0, 1)

    def forward(self, x, mask=None, other=None):
        if other is None:
            q, k, v = self.split(self.qkv(x), 3)
        else:
            (q,), (k, v) = self.split(self.q(x), 1), self.split(self.kv(other), 2)
        bias = self.bias().unsqueeze(0)
        if mask is not None:
            bias = (bias + mask.unsqueeze(1)).repeat(len(x) // len(mask), 1, 1, 1)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.proj(y.transpose(1, 2).reshape(x.shape))


class SwinBlock(nn.Module):
    def __init__(self, width, heads, shift):
        super().__init__()
        self.shift = shift
        self.norm1 = nn.LayerNorm(width)
        self.attn = WindowAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = Mlp(width, 4 * width)

    def forward(self, x, h, w, mask):
        n, tokens, width = x.shape
        y = padded(self.norm1(x).view(n, h, w, width))
        high, wide = y.shape[1:3]
        if self.shift:
            y = torch.roll(y, (-SHIFT, -SHIFT), (1, 2))
        y = from_windows(self.attn(to_windows(y), mask if self.shift else None), high, wide)
        if self.shift:
            y = torch.roll(y, (SHIFT, SHIFT), (1, 2))
        x = x + y[:, :h, :w].reshape(n, tokens, width)
        return x + self.mlp(self.norm2(x))


class Merging(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.reduction = nn.Linear(4 * width, 2 * width, bias=False)
        self.norm = nn.LayerNorm(4 * width)

    def forward(self, x, h, w):
        x = F.pad(x.view(len(x), h, w, -1), (0, 0, 0, w % 2, 0, h % 2))
        quarters = [x[:, i::2, j::2] for j in range(2) for i in range(2)]
        return self.reduction(self.norm(torch.cat(quarters, -1).flatten(1, 2)))


class Stage(nn.Module):
    def __init__(self, width, count, heads, last):
        super().__init__()
        self.blocks = nn.ModuleList([SwinBlock(width, heads, i % 2 == 1) for i in range(count)])
        if not last:
            self.downsample = Merging(width)

    def forward(self, x, h, w):
        mask = shift_mask(h - h % -WINDOW, w - w % -WINDOW, x)
        for block in self.blocks:
            x = block(x, h, w, mask)
        return x


class PatchEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Conv2d(3, width, 4, 4)
        self.norm = nn.LayerNorm(width)

    def forward(self, image):
        x = self.proj(F.pad(image, (0, -image.shape[3] % 4, 0, -image.shape[2] % 4)))
        return self.norm(x.flatten(2).transpose(1, 2)), x.shape[2], x.shape[3]


class Swin(nn.Module):
    def __init__(self, variant):
        super().__init__()
        width, counts, heads = SIZES[variant]
        self.patch_embed = PatchEmbedding(width)
        self.layers = nn.ModuleList(
            [Stage(width << s, counts[s], heads[s], s == 3) for s in range(4)])
        for s in range(4):
            setattr(self, f"norm{s}", nn.LayerNorm(width << s))

    def forward(self, image):
        x, h, w = self.patch_embed(image)
        stages = []
        for s, layer in enumerate(self.layers):
            x = layer(x, h, w)
            normalised = getattr(self, f"norm{s}")(x)
            stages.append(normalised.view(len(x), h, w, -1).permute(0, 3, 1, 2).contiguous())
            if s < 3:
                x = layer.downsample(x, h, w)
                h, w = (h + 1) // 2, (w + 1) // 2
        return stages
