"""SGNet, with the deterministic phase."""
import torch
import torch.nn.functional as F
from torch import nn

from sgnet_blocks import Bridge, GradientNet, Projection, ResBlock, ResidualGroup, conv


class Sgnet(nn.Module):
    def __init__(self, num_feats=40, scale=8):
        super().__init__()
        n = num_feats
        self.scale = scale
        self.conv_rgb1 = conv(3, n)
        self.rgb_rb2, self.rgb_rb3, self.rgb_rb4 = ResBlock(n), ResBlock(n), ResBlock(n)
        self.conv_dp1, self.conv_dp2 = conv(1, n), conv(n, 2 * n)
        self.dp_rg1, self.dp_rg2 = ResidualGroup(n, 16, 6), ResidualGroup(2 * n, 16, 6)
        self.dp_rg3, self.dp_rg4 = ResidualGroup(2 * n, 16, 6), ResidualGroup(3 * n, 16, 6)
        self.bridge1, self.bridge2 = Bridge(n, n, scale), Bridge(2 * n, n, scale)
        self.bridge3 = Bridge(3 * n, n, scale)
        self.c_de = conv(4 * n, 2 * n, 1)
        self.tail = nn.Sequential(*[ResidualGroup(3 * n, 16, 8) for _ in range(3)])
        self.upsampler = Projection(3 * n, scale, True)
        self.last_conv = nn.Sequential(conv(3 * n, n), nn.LeakyReLU(0.2), conv(n, 1))
        self.c_rd, self.c_grad = conv(8 * n, 3 * n, 1), conv(2 * n, n, 1)
        self.c_grad2, self.c_grad3 = conv(3 * n, 2 * n, 1), conv(3 * n, 3 * n, 1)
        self.gradNet = GradientNet(n, scale)

    def forward(self, image, depth):
        def join(*maps):
            return torch.cat(maps, 1)

        def act(x):
            return F.leaky_relu(x, 0.2)

        gradient, features = self.gradNet(depth, image)
        start = act(self.conv_dp1(depth))
        dp1 = self.dp_rg1(start)
        rgb = self.rgb_rb2(act(self.conv_rgb1(image)))
        met, rgb = self.bridge1(self.c_grad(join(dp1, features)), rgb)
        dp2 = self.dp_rg2(join(dp1, met + start))
        met, rgb = self.bridge2(self.c_grad2(join(dp2, features)), self.rgb_rb3(rgb))
        dp3 = self.dp_rg3(self.c_de(join(dp2, met + self.conv_dp2(start))))
        met, rgb = self.bridge3(self.c_grad3(join(dp3, features)), self.rgb_rb4(rgb))
        dp4 = self.dp_rg4(self.c_rd(join(dp1, dp2, dp3, met)))
        high = self.last_conv(self.tail(self.upsampler(dp4)))
        bicubic = F.interpolate(depth, scale_factor=self.scale, mode="bicubic")
        return {"depth": high + bicubic, "gradient": gradient, "gradient_features": features}
