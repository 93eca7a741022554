"""DINOv2 with its DPT head, steered by a ControlNet branch."""
import torch
import torch.nn.functional as F
from torch import nn

from depth_anything import BLOCKS
from vit import PATCH, SIZES, Vit, as_map, resize_layers, resized

CHANNELS = 256


class Conv(nn.Module):
    """A convolution whose key has one more part."""

    def __init__(self, in_channels, out_channels, kernel, bias):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, 1, kernel // 2, bias=bias)

    def forward(self, x):
        return self.conv(x)


class ResidualUnit(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv(CHANNELS, CHANNELS, 3, False)
        self.conv2 = Conv(CHANNELS, CHANNELS, 3, False)

    def forward(self, x):
        return self.conv2(F.relu(self.conv1(F.relu(x)))) + x


class Fusion(nn.Module):
    def __init__(self, first):
        super().__init__()
        self.project = Conv(CHANNELS, CHANNELS, 1, True)
        if not first:
            self.res_conv_unit1 = ResidualUnit()
        self.res_conv_unit2 = ResidualUnit()

    def forward(self, x, skip=None):
        if skip is not None:
            if skip.shape[2:] != x.shape[2:]:
                skip = resized(skip, x.shape[2:], False)
            x = x + self.res_conv_unit1(skip)
        x = self.res_conv_unit2(x)
        return self.project(F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True))


class Reassemble(nn.Module):
    def __init__(self, width, widths):
        super().__init__()
        self.projects = nn.ModuleList([Conv(width, out, 1, True) for out in widths])
        self.resize_layers = resize_layers(widths)
        self.readout_projects = nn.ModuleList(
            [nn.Sequential(nn.Linear(2 * width, width), nn.GELU()) for _ in widths])

    def forward(self, tokens, grid):
        maps = []
        for project, resize, readout, x in zip(self.projects, self.resize_layers,
                                               self.readout_projects, tokens):
            patches = x[:, 1:]
            read = readout(torch.cat([patches, x[:, :1].expand_as(patches)], 2))
            maps.append(resize(project(as_map(read, grid))))
        return maps


class Trunk(nn.Module):
    """What the head and its trainable copy share."""

    def __init__(self, width):
        super().__init__()
        widths = [width // 8, width // 4, width // 2, width]
        self.reassemble_blocks = Reassemble(width, widths)
        self.convs = nn.ModuleList([Conv(out, CHANNELS, 3, False) for out in widths])
        self.fusion_blocks = nn.ModuleList([Fusion(i == 0) for i in range(4)])
        self.project = Conv(CHANNELS, CHANNELS, 3, True)

    def projected(self, x):
        return F.relu(self.project(x))

    def levels(self, tokens, grid):
        return [conv(x) for conv, x in zip(self.convs, self.reassemble_blocks(tokens, grid))]


class Enlarge(nn.Module):
    def forward(self, x):
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)


class ConvDepth(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Sequential(nn.Conv2d(CHANNELS, CHANNELS // 2, 3, 1, 1), Enlarge(),
                                  nn.Conv2d(CHANNELS // 2, 32, 3, 1, 1), nn.ReLU(),
                                  nn.Conv2d(32, 1, 1))

    def forward(self, x):
        return self.head(x)


class Head(Trunk):
    def __init__(self, width):
        super().__init__(width)
        self.conv_depth = ConvDepth()


class Control(Trunk):
    def __init__(self, width):
        super().__init__(width)
        layers = []
        for i, o, stride in ((1, 64, 1), (64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1),
                             (128, 256, 2), (256, 256, 1), (256, 256, 2)):
            layers += [nn.Conv2d(i, o, 3, stride, 1), nn.SiLU()]
        self.hint = nn.Sequential(*layers)
        self.zero_in = nn.ModuleList([nn.Conv2d(CHANNELS, CHANNELS, 1) for _ in range(4)])
        self.zero_out = nn.ModuleList([nn.Conv2d(CHANNELS, CHANNELS, 1) for _ in range(5)])

    def steered(self, tokens, grid, hint):
        return [level + zero(resized(hint, level.shape[2:], False))
                for level, zero in zip(self.levels(tokens, grid), self.zero_in)]


class DinoControlNet(nn.Module):
    def __init__(self, variant="vits", min_depth=0.001, max_depth=25.0, gain=16.0):
        super().__init__()
        self.wanted, self.gain = BLOCKS[variant], gain
        self.range = (min_depth, max_depth)
        self.backbone = Vit(variant)
        self.decode_head = Head(SIZES[variant][0])
        self.control = Control(SIZES[variant][0])

    def centred(self, image):
        """Zeros on all sides, the odd one to the right and below."""
        y, x = (-side % PATCH for side in image.shape[2:])
        return F.pad(image, (x // 2, x - x // 2, y // 2, y - y // 2))

    def forward(self, image, depth):
        head, control = self.decode_head, self.control
        low = (depth * self.gain).clamp(*self.range) / self.range[1]
        hint = control.hint(resized(low, image.shape[2:], False))
        tokens, grid = self.backbone.embed(self.centred(image))
        outputs = self.backbone.run(tokens, self.wanted)
        levels, steered = head.levels(outputs, grid), control.steered(outputs, grid, hint)
        x = copy = None
        for step in range(4):
            if step == 0:
                copy, x = control.fusion_blocks[0](steered[3]), head.fusion_blocks[0](levels[3])
            else:
                copy = control.fusion_blocks[step](copy, steered[3 - step])
                x = head.fusion_blocks[step](x, levels[3 - step])
            x = x + control.zero_out[step](copy)
        x = head.projected(x) + control.zero_out[4](control.projected(copy))
        raw = F.relu(head.conv_depth(x)) + self.range[0]
        return {"depth": resized(raw.clamp(*self.range), image.shape[2:], False)}
