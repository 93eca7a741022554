"""The vision transformer of DINOv2 and what its two depth heads share."""
import torch
import torch.nn.functional as F
from torch import nn

PATCH, TABLE = 14, 37
SIZES = {"vits": (384, 12, 6), "vitb": (768, 12, 12), "vitl": (1024, 24, 16)}


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        q, k, v = self.qkv(x).view(n, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v)
        return self.proj(y.transpose(1, 2).reshape(n, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width, hidden, out=None):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, out or width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class LayerScale(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * self.gamma


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.ls1 = LayerScale(width)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width, 4 * width)
        self.ls2 = LayerScale(width)

    def forward(self, x):
        x = x + self.ls1(self.attn(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class PatchEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.proj = nn.Conv2d(3, width, PATCH, PATCH)

    def forward(self, image):
        return self.proj(image).flatten(2).transpose(1, 2)


class Vit(nn.Module):
    def __init__(self, size):
        super().__init__()
        width, depth, heads = SIZES[size]
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, TABLE * TABLE + 1, width))
        self.mask_token = nn.Parameter(torch.zeros(1, width))
        self.patch_embed = PatchEmbedding(width)
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def positions(self, grid):
        if grid == (TABLE, TABLE):
            return self.pos_embed
        table = self.pos_embed.float()
        square = table[:, 1:].reshape(1, TABLE, TABLE, -1).permute(0, 3, 1, 2)
        factors = tuple((side + 0.1) / TABLE for side in grid)
        resized = F.interpolate(square, scale_factor=factors, mode="bicubic")
        tokens = torch.cat([table[:, :1], resized.flatten(2).transpose(1, 2)], 1)
        return tokens.to(self.pos_embed.dtype)

    def embed(self, image):
        grid = (image.shape[2] // PATCH, image.shape[3] // PATCH)
        patches = self.patch_embed(image)
        tokens = torch.cat([self.cls_token.expand(len(image), -1, -1), patches], 1)
        return tokens + self.positions(grid), grid

    def run(self, tokens, wanted):
        """What the wanted blocks put out, class token first."""
        outputs = []
        for index, block in enumerate(self.blocks):
            tokens = block(tokens)
            if index in wanted:
                outputs.append(tokens)
        return outputs


def as_map(tokens, grid):
    return tokens.transpose(1, 2).reshape(len(tokens), -1, *grid)


def resized(x, size, corners):
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=corners)


def resize_layers(widths):
    """From one scale to 4, 2, 1 and 1/2."""
    return nn.ModuleList([
        nn.ConvTranspose2d(widths[0], widths[0], 4, 4),
        nn.ConvTranspose2d(widths[1], widths[1], 2, 2),
        nn.Identity(),
        nn.Conv2d(widths[3], widths[3], 3, 2, 1),
    ])
