"""RAFT-DU: recurrent refinement of depth at an eighth of the picture's size."""
import math

import torch
import torch.nn.functional as F
from torch import nn

LEVELS, RADIUS, FACTOR, STATE = 4, 4, 8, 128


def conv(channels, out, kernel, stride=1):
    return nn.Conv2d(channels, out, kernel, stride, kernel // 2)


class ResidualBlock(nn.Module):
    def __init__(self, channels, out, norm, stride=1):
        super().__init__()
        self.conv1, self.conv2 = conv(channels, out, 3, stride), conv(out, out, 3)
        self.norm1, self.norm2 = norm(out), norm(out)
        self.downsample = None
        if stride != 1 or channels != out:
            self.norm3 = norm(out)
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride), self.norm3)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)))
        y = F.relu(self.norm2(self.conv2(y)))
        return F.relu((self.downsample(x) if self.downsample else x) + y)


def residual_layer(channels, out, norm, stride):
    return nn.Sequential(ResidualBlock(channels, out, norm, stride), ResidualBlock(out, out, norm))


class Trunk(nn.Module):
    def __init__(self, channels, norm):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 64, 7, 2, 3)
        self.norm1 = norm(64)
        self.layer1 = residual_layer(64, 64, norm, 1)
        self.layer2 = residual_layer(64, 96, norm, 2)
        self.layer3 = residual_layer(96, 128, norm, 2)

    def trunk(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        return self.layer3(self.layer2(self.layer1(x)))


class FeatureEncoder(Trunk):
    def __init__(self, channels):
        super().__init__(channels, nn.InstanceNorm2d)
        self.conv2 = nn.Conv2d(128, 256, 1)

    def forward(self, x):
        return self.conv2(self.trunk(x))


class ContextEncoder(Trunk):
    def __init__(self):
        norm = nn.BatchNorm2d
        super().__init__(3, norm)
        self.layer4 = residual_layer(128, 128, norm, 2)
        self.layer5 = residual_layer(128, 128, norm, 2)

        def outputs():
            return nn.ModuleList([nn.Sequential(ResidualBlock(128, 128, norm), conv(128, STATE, 3))
                                  for _ in range(2)])

        self.outputs08, self.outputs16 = outputs(), outputs()
        self.outputs32 = nn.ModuleList([conv(128, STATE, 3) for _ in range(2)])

    def forward(self, x):
        """Hidden state and context at 1/8, 1/16 and 1/32."""
        x8 = self.trunk(x)
        x16 = self.layer4(x8)
        x32 = self.layer5(x16)
        levels = ((x8, self.outputs08), (x16, self.outputs16), (x32, self.outputs32))
        return [(torch.tanh(heads[0](y)), F.relu(heads[1](y))) for y, heads in levels]


class ConvGru(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.convz = conv(STATE + inputs, STATE, 3)
        self.convr = conv(STATE + inputs, STATE, 3)
        self.convq = conv(STATE + inputs, STATE, 3)

    def forward(self, h, context, *inputs):
        cz, cr, cq = context
        x = torch.cat(inputs, 1)
        hx = torch.cat([h, x], 1)
        z = torch.sigmoid(self.convz(hx) + cz)
        r = torch.sigmoid(self.convr(hx) + cr)
        q = torch.tanh(self.convq(torch.cat([r * h, x], 1)) + cq)
        return (1 - z) * h + z * q


class MotionEncoder(nn.Module):
    def __init__(self, found, estimated):
        super().__init__()
        self.convc1, self.convc2 = conv(found, 64, 1), conv(64, 64, 3)
        self.convf1, self.convf2 = conv(estimated, 64, 7), conv(64, 64, 3)
        self.conv = conv(128, 128 - estimated, 3)

    def forward(self, estimate, found):
        c = F.relu(self.convc2(F.relu(self.convc1(found))))
        f = F.relu(self.convf2(F.relu(self.convf1(estimate))))
        return torch.cat([F.relu(self.conv(torch.cat([c, f], 1))), estimate], 1)


class EstimateHead(nn.Module):
    def __init__(self, out):
        super().__init__()
        self.conv1, self.conv2 = conv(STATE, 256, 3), conv(256, out, 3)

    def forward(self, x):
        return self.conv2(F.relu(self.conv1(x)))


class UpdateBlock(nn.Module):
    def __init__(self, found, estimated):
        super().__init__()
        self.encoder = MotionEncoder(found, estimated)
        self.gru08, self.gru16, self.gru32 = ConvGru(256), ConvGru(256), ConvGru(128)
        self.flow_head = EstimateHead(estimated)
        self.mask = nn.Sequential(conv(STATE, 256, 3), nn.ReLU(),
                                  nn.Conv2d(256, 9 * FACTOR * FACTOR, 1))

    def forward(self, states, context, found, estimate):
        def pool(x):
            return F.avg_pool2d(x, 3, 2, 1)

        def enlarge(x, to):
            return F.interpolate(x, to.shape[2:], mode="bilinear", align_corners=True)

        h8, h16, h32 = states
        h32 = self.gru32(h32, context[2], pool(h16))
        h16 = self.gru16(h16, context[1], pool(h8), enlarge(h32, h16))
        h8 = self.gru08(h8, context[0], self.encoder(estimate, found), enlarge(h16, h8))
        return (h8, h16, h32), self.flow_head(h8)


class Correlation:
    """All products of two maps of features, in float32, and their averages over the second."""

    def __init__(self, first, second):
        n, channels, h, w = first.shape
        products = first.flatten(2).transpose(1, 2) @ second.flatten(2) / math.sqrt(channels)
        self.levels = [products.reshape(n * h * w, 1, h, w)]
        for _ in range(LEVELS - 1):
            self.levels.append(F.avg_pool2d(self.levels[-1], 2, 2))
        self.places = self.grid(torch.arange(h), torch.arange(w), first)
        reach = torch.arange(-RADIUS, RADIUS + 1)
        self.window = self.grid(reach, reach, first)

    @staticmethod
    def grid(rows, columns, like):
        y, x = torch.meshgrid(rows, columns, indexing="ij")
        return torch.stack([x, y], -1).to(like)

    def __call__(self, offsets):
        n, _, h, w = offsets.shape
        centres = (self.places + offsets.permute(0, 2, 3, 1)).reshape(-1, 1, 1, 2)
        found = []
        for i, level in enumerate(self.levels):
            sides = level.new_tensor([max(side - 1, 1) for side in level.shape[:1:-1]])
            cells = 2 * (centres / 2**i + self.window) / sides - 1
            found.append(F.grid_sample(level, cells, align_corners=True).view(n, h, w, -1))
        return torch.cat(found, -1).permute(0, 3, 1, 2)


def convex_upsampled(x, weights):
    n, _, h, w = x.shape
    shares = weights.view(n, 9, FACTOR, FACTOR, h, w).softmax(1)
    neighbours = F.unfold(x, 3, padding=1).view(n, 9, 1, 1, h, w)
    high = (shares * neighbours).sum(1)
    return high.permute(0, 3, 1, 4, 2).reshape(n, 1, FACTOR * h, FACTOR * w)


class RaftDu(nn.Module):
    def __init__(self, iterations=9):
        super().__init__()
        self.iterations = iterations
        self.cnet = ContextEncoder()
        self.fnet, self.dnet = FeatureEncoder(3), FeatureEncoder(1)
        self.context_zqr_convs = nn.ModuleList([conv(STATE, 3 * STATE, 3) for _ in range(3)])
        self.update_block = UpdateBlock(LEVELS * (2 * RADIUS + 1)**2, 3)

    def forward(self, image, depth):
        kind = image.dtype
        unit = 2 * image / 255 - 1
        levels = self.cnet(unit)
        states = tuple(hidden for hidden, _ in levels)
        context = [zqr(inputs).chunk(3, 1)
                   for zqr, (_, inputs) in zip(self.context_zqr_convs, levels)]
        enlarged = F.interpolate(depth, scale_factor=FACTOR, mode="bilinear")
        correlation = Correlation(self.fnet(unit).float(), self.dnet(enlarged).float())
        low = depth.float()
        estimate = torch.cat([low.new_zeros(len(low), 2, *low.shape[2:]), low], 1)
        for _ in range(self.iterations):
            found = correlation(estimate[:, :2])
            states, step = self.update_block(states, context, found.to(kind), estimate.to(kind))
            estimate = estimate + step
        weights = 0.25 * self.update_block.mask(states[0])  # only the last map is made
        return {"depth": convex_upsampled(estimate[:, 2:], weights.float()).to(kind)}
