"""Depth Anything V1 and V2."""
import torch
import torch.nn.functional as F
from torch import nn

from vit import PATCH, SIZES, Vit, as_map, resize_layers, resized

FEATURES = {"vits": 64, "vitb": 128, "vitl": 256}
WIDTHS = {"vits": (48, 96, 192, 384), "vitb": (96, 192, 384, 768), "vitl": (256, 512, 1024, 1024)}
BLOCKS = {"vits": (2, 5, 8, 11), "vitb": (2, 5, 8, 11), "vitl": (4, 11, 17, 23)}


class ResidualUnit(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, 1, 1)
        self.conv2 = nn.Conv2d(features, features, 3, 1, 1)

    def forward(self, x):
        return self.conv2(F.relu(self.conv1(F.relu(x)))) + x


class Fusion(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.out_conv = nn.Conv2d(features, features, 1)
        self.resConfUnit1 = ResidualUnit(features)
        self.resConfUnit2 = ResidualUnit(features)

    def forward(self, x, size, skip=None):
        if skip is not None:
            x = x + self.resConfUnit1(skip)
        return self.out_conv(resized(self.resConfUnit2(x), size, True))


class Scratch(nn.Module):
    """The parts of the head whose keys start with `scratch`."""

    def __init__(self, widths, features):
        super().__init__()
        for i, width in enumerate(widths, 1):
            setattr(self, f"layer{i}_rn", nn.Conv2d(width, features, 3, 1, 1, bias=False))
        for i in range(1, 5):
            setattr(self, f"refinenet{i}", Fusion(features))
        self.output_conv1 = nn.Conv2d(features, features // 2, 3, 1, 1)
        self.output_conv2 = nn.Sequential(nn.Conv2d(features // 2, 32, 3, 1, 1), nn.ReLU(),
                                          nn.Conv2d(32, 1, 1), nn.ReLU())


class Head(nn.Module):
    def __init__(self, size):
        super().__init__()
        width, widths = SIZES[size][0], WIDTHS[size]
        self.projects = nn.ModuleList([nn.Conv2d(width, out, 1) for out in widths])
        self.resize_layers = resize_layers(widths)
        self.scratch = Scratch(widths, FEATURES[size])

    def forward(self, maps):
        """Depth, and what ZoeDepth taps: hidden features, the coarsest level, four fusions."""
        s = self.scratch
        raw = [resize(project(x)) for project, resize, x
               in zip(self.projects, self.resize_layers, maps)]
        level1, level2, level3, level4 = (
            layer(x) for layer, x in zip((s.layer1_rn, s.layer2_rn, s.layer3_rn, s.layer4_rn), raw))
        fused4 = s.refinenet4(level4, level3.shape[2:])
        fused3 = s.refinenet3(fused4, level2.shape[2:], level3)
        fused2 = s.refinenet2(fused3, level1.shape[2:], level2)
        fused1 = s.refinenet1(fused2, [2 * side for side in level1.shape[2:]], level1)
        full = [PATCH * side for side in maps[0].shape[2:]]
        x = resized(s.output_conv1(fused1), full, True)
        hidden = s.output_conv2[:2](x)
        depth = s.output_conv2[2:](hidden)
        return depth, hidden, level4, (fused4, fused3, fused2, fused1)


class DepthAnything(nn.Module):
    def __init__(self, variant="vits", blocks="v2"):
        super().__init__()
        depth = SIZES[variant][1]
        self.blocks = BLOCKS[variant] if blocks == "v2" else tuple(range(depth - 4, depth))
        self.pretrained = Vit(variant)
        self.depth_head = Head(variant)

    def taps(self, image):
        tokens, grid = self.pretrained.embed(image)
        features = [self.pretrained.norm(x) for x in self.pretrained.run(tokens, self.blocks)]
        return self.depth_head([as_map(x[:, 1:], grid) for x in features])

    def forward(self, image):
        return {"depth": self.taps(image)[0].squeeze(1)}
