"""What SGNet is made of."""
import torch
import torch.nn.functional as F
from torch import nn

GROWTH, EPSILON = 8, 1e-8


def conv(channels, out, kernel=3):
    return nn.Conv2d(channels, out, kernel, 1, kernel // 2)


def pair(channels, hidden, out, slope, kernel=1):
    return nn.Sequential(conv(channels, hidden, kernel), nn.LeakyReLU(slope),
                         conv(hidden, out, kernel))


class ResBlock(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.body = pair(n, n, n, 0.2, 3)

    def forward(self, x):
        return self.body(x) + x


class ChannelAttention(nn.Module):
    def __init__(self, n, reduction):
        super().__init__()
        self.conv_du = nn.Sequential(conv(n, n // reduction, 1), nn.ReLU(),
                                     conv(n // reduction, n, 1), nn.Sigmoid())

    def forward(self, x):
        return x * self.conv_du(F.adaptive_avg_pool2d(x, 1))


class AttentionBlock(nn.Module):
    def __init__(self, n, reduction):
        super().__init__()
        self.body = nn.Sequential(conv(n, n), nn.LeakyReLU(0.2), conv(n, n),
                                  ChannelAttention(n, reduction))

    def forward(self, x):
        return self.body(x) + x


class ResidualGroup(nn.Module):
    def __init__(self, n, reduction, count):
        super().__init__()
        self.body = nn.Sequential(*[AttentionBlock(n, reduction) for _ in range(count)],
                                  conv(n, n))

    def forward(self, x):
        return self.body(x) + x


class Projection(nn.Module):
    """There, back and there again between two scales."""

    def __init__(self, n, scale, up):
        super().__init__()
        kernel, stride, padding = {2: (6, 2, 2), 4: (8, 4, 2), 8: (12, 8, 2), 16: (20, 16, 2)}[scale]

        def step(upwards):
            kind = nn.ConvTranspose2d if upwards else nn.Conv2d
            return nn.Sequential(kind(n, n, kernel, stride, padding), nn.PReLU(n))

        self.conv_1, self.conv_2, self.conv_3 = step(up), step(not up), step(up)

    def forward(self, x):
        there = self.conv_1(x)
        return there + self.conv_3(self.conv_2(there) - x)


class UNetConvBlock(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.identity = conv(channels, out, 1)
        self.conv_1, self.conv_2 = conv(channels, out), conv(out, out)

    def forward(self, x):
        y = F.leaky_relu(self.conv_2(F.leaky_relu(self.conv_1(x), 0.1)), 0.1)
        return y + self.identity(x)


class DenseBlock(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.conv1, self.conv2 = UNetConvBlock(channels, GROWTH), UNetConvBlock(GROWTH, GROWTH)
        self.conv3 = conv(channels + 2 * GROWTH, out)

    def forward(self, x):
        first = F.leaky_relu(self.conv1(x), 0.2)
        second = F.leaky_relu(self.conv2(first), 0.2)
        return F.leaky_relu(self.conv3(torch.cat([x, first, second], 1)), 0.2)


class InvertibleConv(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.l = nn.Parameter(torch.zeros(c, c))
        self.log_s = nn.Parameter(torch.zeros(c))
        self.u = nn.Parameter(torch.zeros(c, c))
        self.register_buffer("p", torch.zeros(c, c))
        self.register_buffer("sign_s", torch.zeros(c))

    def forward(self, x):
        l, u, p = self.l.float(), self.u.float(), self.p.float()
        scale = self.sign_s.float() * self.log_s.float().exp()
        lower = torch.tril(l, -1) + torch.eye(len(l), device=l.device)
        upper = torch.triu(u, 1) + torch.diag(scale)
        return F.conv2d(x, (p @ (lower @ upper)).to(x.dtype)[:, :, None, None])


class InvBlock(nn.Module):
    def __init__(self, channels, split):
        super().__init__()
        self.split = split
        self.F = DenseBlock(channels - split, split)
        self.G = DenseBlock(split, channels - split)
        self.H = DenseBlock(split, channels - split)
        self.invconv = InvertibleConv(channels)

    def forward(self, x):
        mixed = self.invconv(x)
        first, rest = mixed[:, :self.split], mixed[:, self.split:]
        first = first + self.F(rest)
        gain = 0.8 * (2 * torch.sigmoid(self.H(first)) - 1)
        return torch.cat([first, rest * gain.exp() + self.G(first)], 1)


class SpectrumFusion(nn.Module):
    def __init__(self, c, rgb):
        super().__init__()
        self.fuse_c, self.fuse_sub = pair(c, c, c, 0.1), pair(c, c, c, 0.1)
        self.post, self.pre_rgb, self.pre_dep = conv(2 * c, c, 1), conv(rgb, c, 1), conv(c, c, 1)

    def forward(self, depth, rgb):
        d, g = self.pre_dep(depth), self.pre_rgb(rgb)
        return self.post(torch.cat([self.fuse_c(d), self.fuse_sub((g - d).abs())], 1))


def deterministic_phase(spectrum, size):
    """The phase; bins that are their own conjugates count as real."""
    phase = spectrum.angle()
    rows, columns = ({0, side // 2} if side % 2 == 0 else {0} for side in size)
    for row in rows:
        for column in columns:
            real = spectrum[..., row, column].real
            phase[..., row, column] = torch.atan2(torch.zeros_like(real), real)
    return phase


class FrequencyBlock(nn.Module):
    """In float32: there is no Fourier transform of bfloat16."""

    def __init__(self, c, rgb):
        super().__init__()
        self.pre1, self.pre2 = conv(c, c, 1), conv(rgb, rgb, 1)
        self.amp_fuse, self.pha_fuse = SpectrumFusion(c, rgb), SpectrumFusion(c, rgb)
        self.post = conv(c, c, 1)

    def forward(self, depth, rgb):
        kind, size = depth.dtype, depth.shape[2:]
        d = torch.fft.rfft2(self.pre1(depth).float() + EPSILON)
        r = torch.fft.rfft2(self.pre2(rgb).float() + EPSILON)
        amplitude = self.amp_fuse(d.abs().to(kind), r.abs().to(kind)).float()
        phase = self.pha_fuse(deterministic_phase(d, size).to(kind),
                              deterministic_phase(r, size).to(kind)).float()
        spectrum = torch.complex(amplitude * phase.cos() + EPSILON,
                                 amplitude * phase.sin() + EPSILON) + EPSILON
        return self.post(torch.fft.irfft2(spectrum, s=size).abs().to(kind))


class Bridge(nn.Module):
    def __init__(self, c, rgb, scale):
        super().__init__()
        self.rgbprocess, self.rgbpre = conv(rgb, rgb), conv(rgb, rgb, 1)
        self.spa_process = nn.Sequential(InvBlock(c + rgb, c), conv(c + rgb, c, 1))
        self.fre_process = FrequencyBlock(c, rgb)
        self.spa_att = pair(c, c // 2, c, 0.1, 3)  # in the files, never used
        self.cha_att = pair(c, c // 2, c, 0.1)
        self.post = conv(c, c)  # in the files, never used
        self.fuse_process = nn.Sequential(InvBlock(2 * c, c), conv(2 * c, c, 1))
        self.downBlock, self.upBlock = Projection(c, scale, False), Projection(c, scale, True)

    def forward(self, depth, rgb):
        depth = self.upBlock(depth)
        rgb = self.rgbprocess(rgb)
        guide = self.rgbpre(rgb)
        spatial = self.spa_process(torch.cat([depth, guide], 1))
        k = self.fuse_process(torch.cat([spatial, self.fre_process(depth, guide)], 1))
        variance, mean = torch.var_mean(k, (2, 3), correction=0, keepdim=True)
        weight = torch.sigmoid(self.cha_att(variance.sqrt() + mean))
        return self.downBlock(weight * k + depth), rgb


def gradient(x):
    """Magnitude of the central differences, zeros around."""
    y = F.pad(x, (1, 1, 1, 1))
    vertical = y[..., 2:, 1:-1] - y[..., :-2, 1:-1]
    horizontal = y[..., 1:-1, 2:] - y[..., 1:-1, :-2]
    return torch.sqrt(vertical**2 + horizontal**2 + 1e-6)


class GradientNet(nn.Module):
    def __init__(self, n, scale):
        super().__init__()
        self.upBlock, self.downBlock = Projection(1, scale, True), Projection(n, scale, False)
        self.c_rgb, self.c_d, self.c_fuse = conv(3, n), conv(1, n), conv(n, n)
        self.rg_d, self.rb_rgbd = ResidualGroup(n, 16, 4), ResBlock(n)
        self.fuse_process = nn.Sequential(conv(2 * n, n, 1), ResidualGroup(n, 8, 4),
                                          ResidualGroup(n, 8, 4))
        self.re_g = conv(n, 1)
        self.re_d, self.c_sab = conv(n, 1), conv(1, n)  # in the files, never used
        self.d1 = nn.Sequential(conv(1, n), ResidualGroup(n, 8, 8))
        self.CA = ChannelAttention(n, 4)
        self.grad_conv = nn.Sequential(conv(1, n), nn.LeakyReLU(0.2), conv(n, n))
        self.grad_rg = nn.Sequential(ResidualGroup(n, 8, 4), ResidualGroup(n, 8, 4))

    def forward(self, depth, rgb):
        high = self.upBlock(depth)
        a = self.rb_rgbd(self.c_rgb(gradient(rgb)))
        b = self.c_d(gradient(high))
        m = self.fuse_process(torch.cat([a, self.rg_d(b)], 1))
        out = self.re_g(self.c_fuse(b + self.CA(m)))
        features = self.grad_conv(out) + self.d1(high)
        return out, self.downBlock(self.grad_rg(features))
