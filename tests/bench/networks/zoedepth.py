"""ZoeDepth's metric bins on Depth Anything."""
import torch
import torch.nn.functional as F
from torch import nn

from depth_anything import FEATURES, DepthAnything
from vit import resized

BINS, EMBEDDING = 64, 128
ATTRACTORS = (16, 8, 4, 1)


class Projector(nn.Module):
    def __init__(self, channels, hidden, out):
        super().__init__()
        self._net = nn.Sequential(nn.Conv2d(channels, hidden, 1), nn.ReLU(),
                                  nn.Conv2d(hidden, out, 1))

    def forward(self, x):
        return self._net(x)


class Core(nn.Module):
    """Gives the keys of the network underneath their second `core`."""

    def __init__(self, variant):
        super().__init__()
        self.core = DepthAnything(variant)


class LogBinomialTable(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("k_idx", torch.arange(BINS).view(1, BINS, 1, 1))
        self.register_buffer("K_minus_1", torch.full((1, 1, 1, 1), float(BINS - 1)))

    def forward(self, p, temperature):
        k, last = self.k_idx, self.K_minus_1.float()
        p = p.clamp(1e-4, 1)
        n, m = last + 1e-7, k + 1e-7
        table = n * n.log() - m * m.log() - (n - m) * (n - m + 1e-7).log()
        y = table + k * p.log() + (last - k) * (1 - p).clamp(1e-4, 1).log()
        return (y / temperature).softmax(1)


class LogBinomial(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.log_binomial_transform = LogBinomialTable()
        self.mlp = nn.Sequential(nn.Conv2d(channels, channels // 2, 1), nn.GELU(),
                                 nn.Conv2d(channels // 2, 4, 1), nn.Softplus())

    def forward(self, x):
        # In full precision: in bfloat16 the 63 powers of the probability would lose their digits.
        four = F.softplus(self.mlp[:3](x).float()) + 1e-4
        p = four[:, :1] / (four[:, :1] + four[:, 1:2])
        temperature = four[:, 2:3] / (four[:, 2:3] + four[:, 3:])
        return self.log_binomial_transform(p, temperature * (50 - 0.0212) + 0.0212)


class ZoeDepth(nn.Module):
    """With unbounded bins ("softplus")."""

    def __init__(self, core="vitl"):
        super().__init__()
        features = FEATURES[core]
        self.core = Core(core)
        self.conv2 = nn.Conv2d(features, features, 1)
        self.seed_bin_regressor = Projector(features, 256, BINS)
        self.seed_projector = Projector(features, 128, EMBEDDING)
        self.projectors = nn.ModuleList([Projector(features, 128, EMBEDDING) for _ in range(4)])
        self.attractors = nn.ModuleList([Projector(EMBEDDING, 128, n) for n in ATTRACTORS])
        self.conditional_log_binomial = LogBinomial(33 + EMBEDDING)

    def attracted(self, net, centres, x):
        points = F.softplus(net(x))
        centres = resized(centres, x.shape[2:], True)
        shift = torch.zeros_like(centres)
        for i in range(points.shape[1]):
            apart = points[:, i:i + 1] - centres
            shift += apart / (1 + 300 * apart * apart)
        return centres + shift / points.shape[1]

    def forward(self, image):
        depth, hidden, level4, fused = self.core.core.taps(image)
        x = self.conv2(level4)
        centres = F.softplus(self.seed_bin_regressor(x))
        embedding = self.seed_projector(x)
        for projector, attractor, feature in zip(self.projectors, self.attractors, fused):
            projected = projector(feature)
            joined = projected + resized(embedding, projected.shape[2:], True)
            centres = self.attracted(attractor, centres, joined)
            embedding = projected
        size = hidden.shape[2:]
        last = torch.cat([hidden, resized(depth, size, True), resized(embedding, size, True)], 1)
        probabilities = self.conditional_log_binomial(last)
        centres = resized(centres, size, True)
        return {"depth": (probabilities * centres).sum(1, keepdim=True), "centres": centres,
                "probabilities": probabilities}
