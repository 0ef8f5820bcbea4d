"""A UNet of Stable Diffusion's kind in plain PyTorch with random weights, timed: what `npm run bench` is held against.

Used as `python3 torchUnet.py JSON` (see torchTimes.ts for what is in it); prints one line of JSON. Not part of the
product.
"""
import json
import sys
import time

import torch
from torch import nn

ASKED = json.loads(sys.argv[1])
WIDTHS = ASKED["widths"]
GROUPS = ASKED["groups"]
CONTEXT = ASKED["context"]
TIME = 4 * WIDTHS[0]


class ResBlock(nn.Module):
    def __init__(self, inner, outer):
        super().__init__()
        self.first = nn.Sequential(nn.GroupNorm(GROUPS, inner), nn.SiLU(), nn.Conv2d(inner, outer, 3, padding=1))
        self.time = nn.Sequential(nn.SiLU(), nn.Linear(TIME, outer))
        self.second = nn.Sequential(nn.GroupNorm(GROUPS, outer), nn.SiLU(), nn.Conv2d(outer, outer, 3, padding=1))
        self.skip = nn.Conv2d(inner, outer, 1) if inner != outer else nn.Identity()

    def forward(self, x, time, _context):
        hidden = self.first(x) + self.time(time)[:, :, None, None]
        return self.skip(x) + self.second(hidden)


class Attention(nn.Module):
    def __init__(self, width, context, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(context, width, bias=False)
        self.value = nn.Linear(context, width, bias=False)
        self.out = nn.Linear(width, width)

    def forward(self, x, context):
        def split(y):
            return y.view(y.shape[0], -1, self.heads, y.shape[2] // self.heads).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(context)), split(self.value(context))
        if hasattr(nn.functional, "scaled_dot_product_attention"):
            mixed = nn.functional.scaled_dot_product_attention(q, k, v)
        else:
            mixed = torch.softmax(q @ k.transpose(2, 3) * q.shape[3] ** -0.5, -1) @ v
        return self.out(mixed.transpose(1, 2).reshape(x.shape))


class Transformer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm, self.into, self.back = nn.GroupNorm(GROUPS, width), nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own, self.cross = Attention(width, width, heads), Attention(width, CONTEXT, heads)
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


def block(inner, outer, level, attends):
    return [ResBlock(inner, outer)] + ([Transformer(outer, ASKED["heads"][level])] if attends[level] else [])


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        channels, layers, deepest = ASKED["channels"], ASKED["layers"], WIDTHS[-1]
        self.time = nn.Sequential(nn.Linear(WIDTHS[0], TIME), nn.SiLU(), nn.Linear(TIME, TIME))
        self.down = nn.ModuleList([nn.ModuleList([Conv(channels, WIDTHS[0], 3, padding=1)])])
        widths = [WIDTHS[0]]
        for level, width in enumerate(WIDTHS):
            for _ in range(layers):
                self.down.append(nn.ModuleList(block(widths[-1], width, level, ASKED["downAttention"])))
                widths.append(width)
            if level < len(WIDTHS) - 1:
                self.down.append(nn.ModuleList([Conv(width, width, 3, stride=2, padding=1)]))
                widths.append(width)
        middle = [Transformer(deepest, ASKED["heads"][-1])] if ASKED["midAttention"] else []
        self.middle = nn.ModuleList([ResBlock(deepest, deepest), *middle, ResBlock(deepest, deepest)])
        self.up = nn.ModuleList()
        current = deepest
        for level, width in reversed(list(enumerate(WIDTHS))):
            for layer in range(layers + 1):
                parts = block(current + widths.pop(), width, level, ASKED["upAttention"])
                self.up.append(nn.ModuleList(parts + ([Upsample(width)] if level and layer == layers else [])))
                current = width
        self.out = nn.Sequential(
            nn.GroupNorm(GROUPS, WIDTHS[0]), nn.SiLU(), nn.Conv2d(WIDTHS[0], channels, 3, padding=1)
        )

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


def main():
    torch.set_num_threads(ASKED["threads"])
    network = UNet()
    with torch.no_grad():
        for weight in network.parameters():
            if weight.dim() > 1:
                weight.uniform_(-1, 1).mul_((3 / weight[0].numel()) ** 0.5)
    rows, size, channels = ASKED["rows"], ASKED["size"], ASKED["channels"]
    latent = torch.randn(rows, channels, size, size)
    inputs = latent, torch.randn(rows, WIDTHS[0]), torch.randn(rows, ASKED["tokens"], CONTEXT)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-6)

    def evaluate():
        with torch.no_grad():
            network(*inputs)

    def train():
        optimiser.zero_grad()
        ((network(*inputs) - latent) ** 2).mean().backward()
        optimiser.step()

    work = train if ASKED["train"] else evaluate
    work()
    seconds = []
    for _ in range(ASKED["rounds"]):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    parameters = sum(weight.numel() for weight in network.parameters())
    facts = {"version": torch.__version__, "threads": torch.get_num_threads(), "parameters": parameters}
    print(json.dumps({**facts, "seconds": seconds}))


if __name__ == "__main__":
    main()
