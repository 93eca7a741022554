"""UM-IT: PixelFormer on Swin, with a convolutional branch for the transmitted depth."""
import torch
import torch.nn.functional as F
from torch import nn

from swin import SIZES, Swin, WindowAttention, from_windows, padded, to_windows
from vit import Mlp, resized

PYRAMID, BINS = 512, 256


class ConvNorm(nn.Module):
    def __init__(self, channels, out, kernel, grouped):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, 1, kernel // 2, bias=False)
        self.grouped = grouped
        if grouped:
            self.gn = nn.GroupNorm(256, out)
        else:
            self.bn = nn.BatchNorm2d(out)

    def forward(self, x):
        return F.relu((self.gn if self.grouped else self.bn)(self.conv(x)))


class PyramidPooling(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.psp_modules = nn.ModuleList([
            nn.Sequential(nn.AdaptiveAvgPool2d(side), ConvNorm(channels, PYRAMID, 1, True))
            for side in (1, 2, 3, 6)])
        self.bottleneck = ConvNorm(channels + 4 * PYRAMID, PYRAMID, 3, False)

    def forward(self, x):
        pooled = [resized(module(x), x.shape[2:], False) for module in self.psp_modules]
        return self.bottleneck(torch.cat([x, *pooled], 1))


class CrossBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.normv = nn.LayerNorm(width)
        self.attn = WindowAttention(width, heads, cross=True)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = Mlp(width, 4 * width)

    def forward(self, x, other, h, w):
        n, tokens, width = x.shape
        q = padded(self.norm1(x).view(n, h, w, width))
        v = padded(self.normv(other).view(n, h, w, width))
        y = from_windows(self.attn(to_windows(q), other=to_windows(v)), *q.shape[1:3])
        x = x + y[:, :h, :w].reshape(n, tokens, width)
        return x + self.mlp(self.norm2(x))


class CrossAttention(nn.Module):
    def __init__(self, encoded, width, query, heads):
        super().__init__()
        if encoded != width:
            self.proj_e = nn.Conv2d(encoded, width, 3, 1, 1)
        else:
            self.proj_e = nn.Identity()
        self.proj_q = nn.Conv2d(query, width, 3, 1, 1)
        self.proj = nn.Conv2d(width, width, 3, 1, 1)  # in the files, never used
        self.sam_block = CrossBlock(width, heads)
        self.norm_sam = nn.LayerNorm(width)

    def forward(self, e, q):
        e, q = self.proj_e(e), self.proj_q(q)
        h, w = q.shape[2:]
        tokens = self.sam_block(q.flatten(2).transpose(1, 2), e.flatten(2).transpose(1, 2), h, w)
        y = self.norm_sam(tokens).view(len(q), h, w, -1).permute(0, 3, 1, 2).contiguous()
        return y + e + q


class BinCentres(nn.Module):
    def __init__(self, least, greatest):
        super().__init__()
        self.least, self.greatest = least, greatest
        self.fc1 = nn.Linear(PYRAMID, 4 * PYRAMID)
        self.fc2 = nn.Linear(4 * PYRAMID, BINS)

    def forward(self, x):
        shares = self.fc2(F.gelu(self.fc1(x.flatten(2).mean(2)))).softmax(1)
        widths = shares / shares.sum(1, keepdim=True) * (self.greatest - self.least)
        edges = F.pad(widths, (1, 0), value=self.least).cumsum(1)
        return (0.5 * (edges[:, :-1] + edges[:, 1:]))[:, :, None, None]


class DepthHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(128, BINS, 3, 1, 1)

    def forward(self, x, centres):
        depth = (self.conv1(x).softmax(1) * centres).sum(1, keepdim=True)
        return F.interpolate(depth, scale_factor=4, mode="bilinear")


class ResidualBlock(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = nn.Identity()
        if channels != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, bias=False),
                                            nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


class DepthBranch(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 96, 3, 1, 1, bias=False), nn.BatchNorm2d(96),
                                  nn.ReLU())
        self.stages = nn.ModuleList()
        channels = 96
        for out, count in ((96, 3), (96, 3), (128, 3), (256, 1)):
            blocks = [ResidualBlock(channels if b == 0 else out, out) for b in range(count)]
            self.stages.append(nn.Sequential(*blocks))
            channels = out
        self.proj = nn.Conv2d(256, PYRAMID, 1)

    def forward(self, depth, picture, deepest):
        x = self.stem(resized(depth, picture, False) / 20)
        for s, stage in enumerate(self.stages):
            x = stage(F.max_pool2d(x, 2) if s else x)
        return F.adaptive_avg_pool2d(self.proj(x), deepest)


class UmIt(nn.Module):
    def __init__(self, variant="large07", min_depth=0.1, max_depth=20.0):
        super().__init__()
        width = SIZES[variant][0]
        self.backbone = Swin(variant)
        self.sam4 = CrossAttention(8 * width, 1024, 512, 32)
        self.sam3 = CrossAttention(4 * width, 512, 256, 16)
        self.sam2 = CrossAttention(2 * width, 256, 128, 8)
        self.sam1 = CrossAttention(width, 128, 64, 4)
        self.decoder = PyramidPooling(8 * width)
        self.disp_head1 = DepthHead()
        self.bcp = BinCentres(min_depth, max_depth)
        self.depth_net = DepthBranch()
        self.fuse = nn.Conv2d(2 * PYRAMID, PYRAMID, 1)

    def forward(self, image, depth):
        stages = self.backbone(image)
        measured = self.depth_net(depth, image.shape[2:], stages[3].shape[2:])
        deepest = self.fuse(torch.cat([self.decoder(stages[3]), measured], 1))
        q = F.pixel_shuffle(self.sam4(stages[3], deepest), 2)
        q = F.pixel_shuffle(self.sam3(stages[2], q), 2)
        q = F.pixel_shuffle(self.sam2(stages[1], q), 2)
        q = self.sam1(stages[0], q)
        outputs = {f"stage{s}": stage for s, stage in enumerate(stages)}
        outputs["depth"] = self.disp_head1(q, self.bcp(deepest))
        return outputs
