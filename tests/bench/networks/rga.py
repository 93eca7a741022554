"""RGA AdaIN U-Net: two encoders of NAFNet blocks, fused by AdaIN, on a relative-depth guide."""
import torch
import torch.nn.functional as F
from torch import nn

from depth_anything import DepthAnything
from vit import resized

STAGES, MULTIPLE = 4, 16


class ChannelNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        apart = x - x.mean(1, keepdim=True)
        y = apart / (apart.pow(2).mean(1, keepdim=True) + 1e-6).sqrt()
        return self.weight.view(1, -1, 1, 1) * y + self.bias.view(1, -1, 1, 1)


def gated(x):
    first, second = x.chunk(2, 1)
    return first * second


class NafBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.beta = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, c, 1, 1))
        self.conv1 = nn.Conv2d(c, 2 * c, 1)
        self.conv2 = nn.Conv2d(2 * c, 2 * c, 3, 1, 1, groups=2 * c)
        self.conv3 = nn.Conv2d(c, c, 1)
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c, 1))
        self.conv4 = nn.Conv2d(c, 2 * c, 1)
        self.conv5 = nn.Conv2d(c, c, 1)
        self.norm1, self.norm2 = ChannelNorm(c), ChannelNorm(c)

    def forward(self, x):
        t = gated(self.conv2(self.conv1(self.norm1(x))))
        y = x + self.conv3(t * self.sca(t)) * self.beta
        return y + self.conv5(gated(self.conv4(self.norm2(y)))) * self.gamma


def naf_blocks(channels, count):
    return nn.Sequential(*[NafBlock(channels) for _ in range(count)])


def adain(content, style):
    def statistics(x):
        variance, mean = torch.var_mean(x.flatten(2), dim=2, correction=1)
        return mean[..., None, None], (variance + 1e-5).sqrt()[..., None, None]

    content_mean, content_deviation = statistics(content)
    style_mean, style_deviation = statistics(style)
    return (content - content_mean) / content_deviation * style_deviation + style_mean


class UNet(nn.Module):
    def __init__(self, width=48):
        super().__init__()
        channels = [width << s for s in range(STAGES + 1)]
        lists = nn.ModuleList
        self.intro_rel = nn.Conv2d(4, width, 3, 1, 1)
        self.intro_lr = nn.Conv2d(4, width, 3, 1, 1)
        self.enc_rel = lists([naf_blocks(c, 2) for c in channels[:-1]])
        self.enc_lr = lists([naf_blocks(c, 2) for c in channels[:-1]])
        self.down_rel = lists([nn.Conv2d(c, 2 * c, 2, 2) for c in channels[:-1]])
        self.down_lr = lists([nn.Conv2d(c, 2 * c, 2, 2) for c in channels[:-1]])
        self.fuse = lists([nn.Conv2d(c, c, 1) for c in channels])
        self.middle = naf_blocks(channels[-1], 1)
        self.ups = lists([nn.Sequential(nn.Conv2d(c, 2 * c, 1, bias=False), nn.PixelShuffle(2))
                          for c in channels[:0:-1]])
        self.decoders = lists([naf_blocks(c, 1) for c in channels[-2::-1]])
        self.ending = nn.Conv2d(width, 1, 3, 1, 1)

    def forward(self, image, rel, depth):
        h, w = image.shape[2:]
        padding = (0, -w % MULTIPLE, 0, -h % MULTIPLE)
        r = self.intro_rel(F.pad(torch.cat([image, rel], 1), padding))
        m = self.intro_lr(F.pad(torch.cat([image, depth], 1), padding))
        skips = []
        for s in range(STAGES):
            r, m = self.enc_rel[s](r), self.enc_lr[s](m)
            skips.append(self.fuse[s](adain(r, m)))
            r, m = self.down_rel[s](r), self.down_lr[s](m)
        x = self.middle(self.fuse[STAGES](adain(r, m)))
        for up, decoder in zip(self.ups, self.decoders):
            x = decoder(up(x) + skips.pop())
        return self.ending(x)[:, :, :h, :w]


class RgaAdainUNet(nn.Module):
    """The guide and the U-Net. `guide`: the picture as the guide takes it."""

    def __init__(self, width=48):
        super().__init__()
        self.depth_anything = DepthAnything("vits", "v1")
        self.unet = UNet(width)

    def forward(self, image, guide, depth):
        relative = self.depth_anything(guide)["depth"].unsqueeze(1)
        relative = resized(relative, image.shape[2:], True)
        least, greatest = relative.aminmax()
        unit = (relative - least) / torch.where(greatest > least, greatest - least, 1)
        return {"depth": self.unet(image, unit, depth)}
