"""Times losses of a picture and their gradient through VGG-19 in PyTorch: first pass of Deep Painterly Harmonization.

Takes JSON as its argument (channels, side, rounds, threads) and prints JSON. Plain modules, weights without gradients: what
somebody would write who ports the published program.
"""

import json
import sys
import time

import torch
from torch import nn
import torch.nn.functional as F

asked = json.loads(sys.argv[1])
torch.set_num_threads(asked["threads"])
torch.manual_seed(0)

convs, channels = [], 3
for width in asked["channels"]:
    conv = nn.Conv2d(channels, width, 3, padding=1)
    conv.requires_grad_(False)
    convs.append(conv)
    channels = width
pools = {2, 4, 8, 12}
style = {4: "relu3_1", 8: "relu4_1", 12: "relu5_1"}


def responses(x):
    found = {}
    for index, conv in enumerate(convs):
        if index in pools:
            x = F.max_pool2d(x, 2, 2, ceil_mode=True)
        x = F.relu(conv(x))
        if index in style:
            found[style[index]] = x
    return found


def gram(response, mask):
    flat = (response * mask).flatten(2)[0]
    return flat @ flat.t() / (response.shape[1] * mask.sum())


side = asked["side"]
picture = torch.rand(1, 3, side, side) * 255 - 120
with torch.no_grad():
    kept = responses(torch.rand_like(picture) * 255 - 120)
masks = {name: torch.rand_like(value[:, :1]) for name, value in kept.items()}
targets = {name: gram(value, masks[name]) for name, value in kept.items()}


def evaluate():
    x = picture.clone().requires_grad_(True)
    found = responses(x)
    loss = 5 * F.mse_loss(found["relu4_1"], kept["relu4_1"])
    for name, target in targets.items():
        loss = loss + 100 * F.mse_loss(gram(found[name], masks[name]), target)
    across = x[:, :, :-1, 1:] - x[:, :, :-1, :-1]
    along = x[:, :, 1:, :-1] - x[:, :, :-1, :-1]
    loss = loss + 0.001 * 0.5 * (across.square() + along.square()).sum()
    loss.backward()
    return x.grad


evaluate()
seconds = []
for _ in range(asked["rounds"]):
    start = time.perf_counter()
    evaluate()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "seconds": seconds}))
