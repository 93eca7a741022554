"""The scale-adjustment network."""
from torch import nn


class ScaleAdjustment(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 120, 5, 1, 2), nn.ReLU(),
                                      nn.Conv2d(120, 192, 3, 1, 1), nn.ReLU())
        steps = []
        for channels in (192, 64, 64):
            steps += [nn.Conv2d(channels, 256, 3, 1, 1), nn.PixelShuffle(2)]
        self.upsampler = nn.Sequential(*steps)
        self.tail = nn.Conv2d(64, 1, 3, 1, 1)

    def forward(self, depth):
        return {"scale": self.tail(self.upsampler(self.features(depth)))}
