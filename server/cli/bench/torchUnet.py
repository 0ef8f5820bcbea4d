"""Stable Diffusion 1.5's UNet in plain PyTorch with random weights, timed: what `npm run bench` is held against.

Used as `python3 torchUnet.py ROUNDS THREADS`; prints one line of JSON. Not part of the product.
"""
import json
import sys
import time

import torch
from torch import nn

WIDTHS = [320, 640, 1280, 1280]
HEADS = 8
CONTEXT = 768
TOKENS = 77


class ResBlock(nn.Module):
    def __init__(self, inner, outer):
        super().__init__()
        self.first = nn.Sequential(nn.GroupNorm(32, inner), nn.SiLU(), nn.Conv2d(inner, outer, 3, padding=1))
        self.time = nn.Sequential(nn.SiLU(), nn.Linear(1280, outer))
        self.second = nn.Sequential(nn.GroupNorm(32, outer), nn.SiLU(), nn.Conv2d(outer, outer, 3, padding=1))
        self.skip = nn.Conv2d(inner, outer, 1) if inner != outer else nn.Identity()

    def forward(self, x, time, _context):
        hidden = self.first(x) + self.time(time)[:, :, None, None]
        return self.skip(x) + self.second(hidden)


class Attention(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(context, width, bias=False)
        self.value = nn.Linear(context, width, bias=False)
        self.out = nn.Linear(width, width)

    def forward(self, x, context):
        def split(y):
            return y.view(y.shape[0], -1, HEADS, y.shape[2] // HEADS).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(context)), split(self.value(context))
        if hasattr(nn.functional, "scaled_dot_product_attention"):
            mixed = nn.functional.scaled_dot_product_attention(q, k, v)
        else:
            mixed = torch.softmax(q @ k.transpose(2, 3) * q.shape[3] ** -0.5, -1) @ v
        return self.out(mixed.transpose(1, 2).reshape(x.shape))


class Transformer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm, self.into, self.back = nn.GroupNorm(32, width), nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own, self.cross = Attention(width, width), Attention(width, CONTEXT)
        self.gated, self.narrow = nn.Linear(width, 8 * width), nn.Linear(4 * width, width)

    def forward(self, x, _time, context):
        tokens = self.into(self.norm(x)).flatten(2).transpose(1, 2)
        normal = self.norms[0](tokens)
        tokens = tokens + self.own(normal, normal)
        tokens = tokens + self.cross(self.norms[1](tokens), context)
        value, gate = self.gated(self.norms[2](tokens)).chunk(2, -1)
        tokens = tokens + self.narrow(value * nn.functional.gelu(gate))
        return x + self.back(tokens.transpose(1, 2).reshape(x.shape))


class Conv(nn.Conv2d):
    def forward(self, x, _time, _context):
        return super().forward(x)


class Upsample(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x, _time, _context):
        return self.conv(nn.functional.interpolate(x, scale_factor=2, mode="nearest"))


def block(inner, outer, attends):
    return [ResBlock(inner, outer)] + ([Transformer(outer)] if attends else [])


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(320, 1280), nn.SiLU(), nn.Linear(1280, 1280))
        self.down = nn.ModuleList([nn.ModuleList([Conv(4, 320, 3, padding=1)])])
        widths = [320]
        for level, width in enumerate(WIDTHS):
            for _ in range(2):
                self.down.append(nn.ModuleList(block(widths[-1], width, level < 3)))
                widths.append(width)
            if level < 3:
                self.down.append(nn.ModuleList([Conv(width, width, 3, stride=2, padding=1)]))
                widths.append(width)
        self.middle = nn.ModuleList([ResBlock(1280, 1280), Transformer(1280), ResBlock(1280, 1280)])
        self.up = nn.ModuleList()
        current = 1280
        for level, width in reversed(list(enumerate(WIDTHS))):
            for layer in range(3):
                layers = block(current + widths.pop(), width, level < 3)
                self.up.append(nn.ModuleList(layers + ([Upsample(width)] if level and layer == 2 else [])))
                current = width
        self.out = nn.Sequential(nn.GroupNorm(32, 320), nn.SiLU(), nn.Conv2d(320, 4, 3, padding=1))

    def forward(self, x, time, context):
        time = self.time(time)
        skips = []
        for layers in self.down:
            for layer in layers:
                x = layer(x, time, context)
            skips.append(x)
        for layer in self.middle:
            x = layer(x, time, context)
        for layers in self.up:
            x = torch.cat([x, skips.pop()], 1)
            for layer in layers:
                x = layer(x, time, context)
        return self.out(x)


@torch.no_grad()
def main():
    torch.set_num_threads(int(sys.argv[2]))
    network = UNet().eval()
    for weight in network.parameters():
        if weight.dim() > 1:
            weight.uniform_(-1, 1).mul_((3 / weight[0].numel()) ** 0.5)
    inputs = torch.randn(1, 4, 64, 64), torch.randn(1, 320), torch.randn(1, TOKENS, CONTEXT)
    network(*inputs)
    seconds = []
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        network(*inputs)
        seconds.append(time.perf_counter() - start)
    parameters = sum(weight.numel() for weight in network.parameters())
    facts = {"version": torch.__version__, "threads": torch.get_num_threads(), "parameters": parameters}
    print(json.dumps({**facts, "seconds": seconds}))


if __name__ == "__main__":
    main()
