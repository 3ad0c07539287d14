"""Makes the torch.export archives that the importer is tested with.

Run by hand, never by the build:

    python -m venv venv && venv/bin/pip install torch==2.15.0 torchvision transformers
    venv/bin/python src/test/python/export_archives.py src/test/resources/torch

It writes archives-VERSION.zip, VERSION being that of the torch it runs under. In it are for each network NAME.pt2, as
torch.export.save writes it, NAME-decomposed.pt2 after run_decompositions(), and NAME.npz: inputs and the outputs that
PyTorch computes for them, at two sizes of each dynamic dimension, under the names `RUN.in.INPUT` and `RUN.out.INDEX`.
Networks have random weights and few channels. Names of networks behind the folder limit it to those. Run it under both
of the newest minor versions of torch, for the older one with fewer networks:

    ... src/test/resources/torch resnet mobilenet_v3 vit yolo lstm gpt llama bert
"""

import io
import math
import pathlib
import sys
import tempfile
import warnings
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.export import Dim

warnings.filterwarnings("ignore")


class Bottleneck(nn.Module):
    def __init__(self, channels, width, stride=1):
        super().__init__()
        out = 2 * width
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        out += self.downsample(x)
        return self.relu(out)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Bottleneck(8, 4), Bottleneck(8, 4))
        self.layer2 = nn.Sequential(Bottleneck(8, 8, 2))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer2(self.layer1(x))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class ConvBlock(nn.Module):
    def __init__(self, a, b, k=1, s=1):
        super().__init__()
        self.conv = nn.Conv2d(a, b, k, s, k // 2, bias=False)
        self.bn = nn.BatchNorm2d(b)
        self.act = nn.SiLU(inplace=True)

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class C2f(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.c = b // 2
        self.cv1 = ConvBlock(a, b)
        self.cv2 = ConvBlock(3 * self.c, b)
        self.m = ConvBlock(self.c, self.c, 3)

    def forward(self, x):
        y = list(self.cv1(x).chunk(2, 1))
        y.append(self.m(y[-1]) + y[-1])
        return self.cv2(torch.cat(y, 1))


class Yolo(nn.Module):
    """Backbone, pyramid and anchor-free heads whose boxes are decoded from distributions."""

    def __init__(self, classes=3, bins=4):
        super().__init__()
        self.stem = ConvBlock(3, 8, 3, 2)
        self.d1 = ConvBlock(8, 8, 3, 2)
        self.c1 = C2f(8, 8)
        self.d2 = ConvBlock(8, 16, 3, 2)
        self.c2 = C2f(16, 16)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.spp = ConvBlock(16 * 4, 16)
        self.up = nn.Upsample(scale_factor=2.0, mode="nearest")
        self.c3 = C2f(24, 8)
        self.d3 = ConvBlock(8, 8, 3, 2)
        self.c4 = C2f(24, 16)
        self.box = nn.ModuleList([nn.Conv2d(c, 4 * bins, 1) for c in (8, 16)])
        self.cls = nn.ModuleList([nn.Conv2d(c, classes, 1) for c in (8, 16)])
        self.classes, self.bins = classes, bins
        self.register_buffer("project", torch.arange(bins, dtype=torch.float32))

    def forward(self, images):
        p3 = self.c1(self.d1(self.stem(images)))
        p4 = self.c2(self.d2(p3))
        y = [p4]
        for _ in range(3):
            y.append(self.pool(y[-1]))
        p4 = self.spp(torch.cat(y, 1))
        p3 = self.c3(torch.cat([self.up(p4), p3], 1))
        p4 = self.c4(torch.cat([self.d3(p3), p4], 1))
        boxes, scores = [], []
        for i, (feature, stride) in enumerate(zip((p3, p4), (4, 8))):
            n, _, h, w = feature.shape
            d = self.box[i](feature).view(n, 4, self.bins, h * w).softmax(2)
            d = (d * self.project.view(1, 1, -1, 1)).sum(2)
            gx = (torch.arange(w, device=feature.device) + 0.5).view(1, w).expand(h, w).reshape(-1)
            gy = (torch.arange(h, device=feature.device) + 0.5).view(h, 1).expand(h, w).reshape(-1)
            grid = torch.stack([gx, gy])
            lt, rb = d.chunk(2, 1)
            boxes.append(torch.cat([grid - lt, grid + rb], 1) * stride)
            scores.append(self.cls[i](feature).flatten(2).sigmoid())
        return {"boxes": torch.cat(boxes, 2).transpose(1, 2), "scores": torch.cat(scores, 2).transpose(1, 2)}


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embed = nn.Embedding(20, 6)
        self.rnn = kind(6, 5, num_layers=2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(10, 4)

    def forward(self, tokens):
        out, _ = self.rnn(self.embed(tokens))
        return self.fc(out[:, -1])


class Sequential(nn.Module):
    """A recurrence that is given its state and gives it back."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 6)

    def forward(self, x, h, c):
        y, (h, c) = self.rnn(x, (h, c))
        return y, h, c


class Gpt(nn.Module):
    """A decoder with tied embeddings, learned places and causal attention."""

    def __init__(self, vocabulary=31, width=16, heads=2, layers=2, longest=24):
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.wpe = nn.Embedding(longest, width)
        self.blocks = nn.ModuleList([GptBlock(width, heads) for _ in range(layers)])
        self.ln_f = nn.LayerNorm(width)
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        self.lm_head.weight = self.wte.weight

    def forward(self, input_ids):
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.wte(input_ids) + self.wpe(places)
        for block in self.blocks:
            x = block(x)
        return {"logits": self.lm_head(self.ln_f(x))}


class GptBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.ln_2 = nn.LayerNorm(width)
        self.fc = nn.Linear(width, 4 * width)
        self.out = nn.Linear(4 * width, width)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = self.attn(self.ln_1(x)).split(c, dim=2)
        q, k, v = (y.view(b, t, self.heads, c // self.heads).transpose(1, 2) for y in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(y.transpose(1, 2).contiguous().view(b, t, c))
        return x + self.out(F.gelu(self.fc(self.ln_2(x)), approximate="tanh"))


class Llama(nn.Module):
    """Root mean square norms, rotary places, grouped heads, gated layers."""

    def __init__(self, vocabulary=29, width=16, heads=4, groups=2):
        super().__init__()
        self.heads, self.groups, self.size = heads, groups, width // heads
        self.embed = nn.Embedding(vocabulary, width)
        self.norm1 = nn.RMSNorm(width)
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(width, groups * self.size, bias=False)
        self.v = nn.Linear(width, groups * self.size, bias=False)
        self.o = nn.Linear(width, width, bias=False)
        self.norm2 = nn.RMSNorm(width, eps=1e-6)
        self.gate = nn.Linear(width, 24, bias=False)
        self.up = nn.Linear(width, 24, bias=False)
        self.down = nn.Linear(24, width, bias=False)
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.register_buffer("inv_freq", 1.0 / (100.0 ** (torch.arange(0, self.size, 2).float() / self.size)))

    def rotate(self, x, cos, sin):
        a, b = x.chunk(2, -1)
        return x * cos + torch.cat((-b, a), -1) * sin

    def forward(self, input_ids, attention_mask):
        b, t = input_ids.shape
        x = self.embed(input_ids)
        angles = torch.outer(torch.arange(t, device=x.device).float(), self.inv_freq)
        angles = torch.cat((angles, angles), -1)
        cos, sin = angles.cos(), angles.sin()
        y = self.norm1(x)
        q = self.rotate(self.q(y).view(b, t, self.heads, self.size).transpose(1, 2), cos, sin)
        k = self.rotate(self.k(y).view(b, t, self.groups, self.size).transpose(1, 2), cos, sin)
        v = self.v(y).view(b, t, self.groups, self.size).transpose(1, 2)
        seen = torch.tril(torch.ones(t, t, dtype=torch.bool, device=x.device))
        mask = seen & (attention_mask[:, None, None, :] != 0)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
        x = x + self.o(y.transpose(1, 2).reshape(b, t, -1))
        y = self.norm2(x)
        return self.head(x + self.down(F.silu(self.gate(y)) * self.up(y)))


class Operators(nn.Module):
    """What the networks above leave out, one result for each group."""

    def __init__(self):
        super().__init__()
        self.group = nn.GroupNorm(2, 4)
        self.instance = nn.InstanceNorm2d(4, affine=True)
        self.up = nn.ConvTranspose2d(4, 3, 3, 2, 1, output_padding=1)
        self.conv1 = nn.Conv1d(4, 4, 3, padding="same", dilation=2)
        self.conv3 = nn.Conv3d(1, 2, 3, padding=1)
        self.prelu = nn.PReLU(4)
        self.register_buffer("table", torch.randn(6, 5))
        self.register_buffer("turned", torch.randn(5, 4).t())

    def forward(self, x, ids):
        activations = torch.stack(
            [F.elu(x), F.leaky_relu(x, 0.2), F.mish(x), F.softplus(x), F.softplus(x, 2.0), F.selu(x), F.hardswish(x)]
            + [F.hardsigmoid(x), F.hardtanh(x, -0.5, 0.7), F.relu6(x), F.gelu(x), F.celu(x, 0.7), F.logsigmoid(x)]
            + [self.prelu(x), F.softsign(x), F.glu(torch.cat([x, x + 1], 1), 1)]
        )
        norms = torch.stack([self.group(x), self.instance(x), F.layer_norm(x, x.shape[2:])])
        pools = torch.cat(
            [F.avg_pool2d(x, 2).flatten(1), F.avg_pool2d(x, 3, 2, 1).flatten(1)]
            + [F.avg_pool2d(x, 3, 2, 1, count_include_pad=False).flatten(1)]
            + [F.max_pool2d(x, 3, 2, ceil_mode=True).flatten(1), F.adaptive_avg_pool2d(x, 4).flatten(1)]
            + [F.adaptive_max_pool2d(x, 1).flatten(1), F.max_pool1d(x.flatten(2), 4).flatten(1)],
            1,
        )
        images = torch.cat(
            [F.interpolate(x, scale_factor=2, mode="bilinear"), F.interpolate(x, (16, 16), mode="bilinear", align_corners=True)]
            + [F.interpolate(x, size=16), F.interpolate(x, scale_factor=2, mode="bicubic")],
            1,
        )
        shuffled = torch.cat([F.pixel_shuffle(x, 2).flatten(1), F.pixel_unshuffle(x, 2).flatten(1)], 1)
        padded = torch.stack(
            [F.pad(x, (1, 2, 3, 0), value=0.5), F.pad(x, (1, 2, 3, 0), mode="reflect"), F.pad(x, (1, 2, 3, 0), mode="replicate")]
        )
        convolutions = torch.cat(
            [self.up(x).flatten(1), self.conv1(x.flatten(2)).flatten(1), self.conv3(x[:, None]).flatten(1)], 1
        )
        whole = ids.to(torch.int32)
        numbers = torch.stack(
            [x + 2, 3 - x, x * ids[:, :1, None, None], x / 3, x // 0.3, torch.remainder(x, 0.7), torch.fmod(x, 0.7)]
            + [x.abs().sqrt(), x.abs().add(0.1).rsqrt(), x.exp(), x.abs().log1p(), x.erf(), -x, x**2, x.abs() ** 1.5, 2**x]
            + [x.clamp(-0.5), x.clamp(max=0.2), torch.minimum(x, x.flip(3)), torch.maximum(x, x.roll(1, 2)), x.sign()]
            + [x.sin(), x.cos(), x.tanh(), x.reciprocal().clamp(-5, 5), x.floor(), x.ceil(), x.round(), x.trunc(), x.square()]
            + [torch.add(x, x, alpha=0.3), torch.rsub(x, 1.5), torch.lerp(x, x + 1, 0.25), torch.addcmul(x, x, x, value=0.5)]
        )
        integers = torch.stack(
            [ids + 1, ids // 3, ids % 3, -ids, ids * whole, torch.div(-ids, 2, rounding_mode="floor"), (ids > 3).long()]
            + [torch.div(-ids, 3, rounding_mode="trunc"), ids.clamp(1, 4), ids.cumsum(1), (ids > 2.5) * ids, ids & 3, ids | 4]
        )
        logic = torch.stack([(x > 0) & (x < 1), (x >= 0.5) | (x <= -0.5), ~(x > 0), (x > 0) ^ (x > 0.5), x != x.flip(2)])
        reduced = torch.stack(
            [x.mean((2, 3)), x.sum((2, 3)), x.amax((2, 3)), x.amin((2, 3)), x.var((2, 3)), x.std((2, 3), correction=0)]
            + [x.flatten(2).max(2).values, x.flatten(2).logsumexp(2), x.flatten(2).norm(dim=2), x.flatten(2).prod(2)]
        )
        places = torch.stack([x.flatten(2).argmax(2), x.flatten(2).argmin(2), x.flatten(2).topk(3).indices[..., 0]])
        picked = torch.cat(
            [self.table[ids].flatten(1), x[:, ids[0, :2] % 4].flatten(1), x[:, :, [0, 2], [1, 3]].flatten(1)]
            + [x.index_select(3, torch.tensor([0, 3])).flatten(1), torch.gather(x.flatten(1), 1, ids)]
            + [x[:, 1:3, ::2].flatten(1), x[:, -1].flatten(1), x.narrow(2, 1, 3).flatten(1)],
            1,
        )
        chosen = torch.stack([torch.where(x > 0, x, 0.5), x.masked_fill(x > 0.3, -1.0), torch.tril(x), torch.triu(x, 1)])
        moved = torch.cat(
            [x.permute(0, 2, 3, 1).flatten(1), x.movedim(1, 3).flatten(1), x.unflatten(1, (2, 2)).transpose(1, 3).flatten(1)]
            + [x[:, :, None].expand(-1, -1, 2, -1, -1).flatten(1), x.repeat(1, 2, 1, 1).flatten(1), x.unbind(1)[2].flatten(1)]
            + [torch.stack(x.split(3, 2)[0:1] + x.split([3, 5], 2)[0:1]).permute(1, 0, 2, 3, 4).flatten(1)],
            1,
        )
        products = torch.einsum("bchw,cd->bdhw", x, self.turned @ self.table[:5, :4])
        made = torch.cat(
            [torch.zeros_like(ids), torch.ones_like(ids), torch.full_like(ids, 7), ids.new_full(ids.shape, 3), torch.zeros(ids.shape, dtype=torch.long)],
            1,
        )
        put = x.clone()
        put[:, 1] = 0.25
        return (activations, norms, pools, images, shuffled, padded, convolutions, numbers, integers, logic, reduced, places) + (
            picked, chosen, moved, products, made,
        )


class InPlace(nn.Module):
    """Writes to parts of tensors that are read whole afterwards, and to wholes whose parts are read."""

    def forward(self, x, ids):
        y = x * 2
        y[:, 0].add_(1)
        y[:, 1:3] = 0.5
        y[:, :, ::2].mul_(3)
        rows = y.view(y.shape[0], -1)
        rows[:, 5:9].relu_()
        first, second = y.chunk(2, 1)
        first.add_(second)
        turned = y.permute(0, 2, 3, 1)
        turned[..., 2] = -1
        z = x.clone()
        part = z[:, 1]
        z.clamp_(min=0)
        seen = part + 1
        flat = z.flatten(1)
        z[:, 3].zero_()
        F.relu(z[:, 2].sub_(0.5), inplace=True)
        coordinates = torch.stack(torch.meshgrid(torch.arange(3), torch.arange(4), indexing="ij")).flatten(1)
        relative = (coordinates[:, :, None] - coordinates[:, None, :]).permute(1, 2, 0).contiguous()
        relative[:, :, 0] += 2
        relative[:, :, 1] += 3
        relative[:, :, 0] *= 7
        places = relative.sum(-1)[:5, :5]
        counts = ids.clone()
        counts.unsqueeze(1).transpose(1, 2)[:, 2:, 0] = 9
        counts[:, 0:1].fill_(7)
        return y, rows, first, second, turned, z, seen, flat, counts + places[0]


class Masked(nn.Module):
    """Picks and fills by truth values."""

    def forward(self, x, ids):
        filled = x.clone()
        filled[x > 0.5] = 0.25
        filled[:, ids[0, :4] > 2] = -1
        rows = x.flatten(1)
        mask = ids.sum(1) > 0
        below = x < 0
        return filled, rows[mask], x[below], x[:, ids[0, :4] > 1], torch.masked_select(x, below), ids.nonzero(), rows[
            torch.where(mask)[0]
        ]


class Adaptive(nn.Module):
    """Windows that are not all of one size, or lap over each other."""

    def forward(self, x):
        volume = x[:, :, None].expand(-1, -1, 5, -1, -1)
        return (
            F.adaptive_avg_pool2d(x, (3, 5)),
            F.adaptive_avg_pool2d(x, (7, None)),
            F.adaptive_max_pool2d(x, (3, 4)),
            F.adaptive_avg_pool1d(x.flatten(2), 7),
            F.adaptive_avg_pool3d(volume, (2, 3, 8)),
            F.adaptive_max_pool1d(x.flatten(2), 5),
            F.unfold(x, (3, 2), dilation=(2, 1), padding=1, stride=2),
            x.unfold(2, 4, 3),
        )


class Projected(nn.Module):
    """Recurrences with projections, from zeros and from a state that is given."""

    def __init__(self):
        super().__init__()
        self.both = nn.LSTM(4, 6, num_layers=2, bidirectional=True, proj_size=3, batch_first=True)
        self.one = nn.LSTM(4, 6, proj_size=2)
        self.plain = nn.LSTM(4, 5, proj_size=2, bias=False)

    def forward(self, x, h, c):
        y, (h1, c1) = self.both(x, (h, c))
        z, (h2, _) = self.one(x.transpose(0, 1))
        p, (h3, _) = self.plain(x.transpose(0, 1), (h[:1, :, :2], c[:1, :, :5]))
        return y, h1, c1, z, h2, p, h3


class Regions(nn.Module):
    """Parts under settings that do not matter at inference."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.conv = nn.utils.parametrizations.weight_norm(nn.Conv1d(4, 4, 3, padding=1))

    def forward(self, x):
        with torch.no_grad():
            y = self.fc(x).relu()
        with torch.autocast("cpu", enabled=False):
            y = y + self.fc(y.float())
            z = y.transpose(1, 2)
        return y * 2, self.conv(z), torch.diff(x, dim=1), torch.diff(x, n=2, prepend=x[..., :1])


class Half(nn.Module):
    """16-bit weights and activations."""

    def __init__(self, kind):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 5)
        self.last = nn.LayerNorm(5)
        self.kind = kind

    def forward(self, x):
        y = F.gelu(self.norm(self.conv(x.to(self.kind)))).mean((2, 3))
        return self.last(self.fc(y)).softmax(-1).float()


def seeded(module):
    """Weights and statistics that let values neither die nor grow."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, p in list(module.named_parameters()) + list(module.named_buffers()):
            if not p.is_floating_point():
                continue
            # Few digits: the archives are to be small.
            if name.endswith("running_var") or (p.dim() == 1 and name.endswith("weight")):
                p.copy_(0.5 + coarse(torch.rand(p.shape, generator=generator)))
            elif "inv_freq" not in name and "project" not in name:
                fan = p[0].numel() if p.dim() > 1 else 4
                p.copy_(coarse(torch.randn(p.shape, generator=generator)) / 2 ** round(math.log2(fan) / 2))
    return module.eval()


def coarse(values):
    return torch.round(values * 16) / 16


def images(n, size, name="x"):
    return {name: coarse(torch.randn(n, 3, size, size))}


def networks():
    """Name, module, dynamic shapes, inputs of each run."""
    from torchvision.models import convnext, efficientnet, mobilenetv2, mobilenetv3, segmentation, vision_transformer
    from torchvision.models._utils import IntermediateLayerGetter
    from torchvision.models.efficientnet import MBConvConfig

    batch = {"x": {0: Dim("batch")}}
    flexible = {"x": {0: Dim("batch"), 2: Dim.AUTO, 3: Dim.AUTO}}
    yield "resnet", ResNet(), flexible, [images(2, 32), images(3, 48)]
    yield "mobilenet_v2", mobilenetv2.MobileNetV2(
        5, 0.25, [[1, 8, 1, 1], [2, 16, 2, 2], [2, 16, 1, 2]]
    ), batch, [images(2, 32), images(3, 32)]
    conf = lambda *a: mobilenetv3.InvertedResidualConfig(*a, 1, 1)
    v3 = lambda dilation=1: mobilenetv3.MobileNetV3(
        [conf(16, 3, 16, 16, True, "RE", 2), conf(16, 3, 24, 16, False, "RE", 2)]
        + [mobilenetv3.InvertedResidualConfig(16, 5, 24, 24, True, "HS", 2, dilation, 1), conf(24, 5, 32, 24, True, "HS", 1)],
        32,
        6,
    )
    yield "mobilenet_v3", v3(), batch, [images(2, 64), images(3, 64)]
    yield "efficientnet", efficientnet.EfficientNet(
        [MBConvConfig(1, 3, 1, 8, 8, 1, 1, 1), MBConvConfig(2, 3, 2, 8, 16, 2, 1, 1), MBConvConfig(2, 5, 2, 16, 16, 1, 1, 1)],
        0.2,
        num_classes=5,
        last_channel=24,
    ), batch, [images(2, 32), images(3, 32)]
    block = convnext.CNBlockConfig
    yield "convnext", convnext.ConvNeXt([block(8, 16, 1), block(16, None, 1)], num_classes=5), batch, [images(2, 32), images(3, 32)]
    yield "vit", vision_transformer.VisionTransformer(16, 4, 2, 2, 16, 24, num_classes=5), batch, [images(2, 16), images(3, 16)]
    backbone = IntermediateLayerGetter(v3(2).features, {"2": "low", "5": "high"})
    yield "lraspp", segmentation.LRASPP(backbone, 16, 144, 3, 8), {"input": {0: Dim("batch")}}, [images(2, 64, "input"), images(3, 64, "input")]
    step = Dim("step", min=2, max=32)
    sized = {"images": {0: Dim("batch"), 2: 8 * step, 3: 8 * step}}
    yield "yolo", Yolo(), sized, [images(2, 64, "images"), images(3, 48, "images")]
    ids = lambda n, t, most=20: torch.randint(0, most, (n, t))
    text = lambda *names: {name: {0: Dim("batch"), 1: Dim("time", max=24)} for name in names}
    # The exporter fixes the length of a recurrence.
    tokens = {"tokens": {0: Dim("batch")}}
    yield "lstm", Recurrent(nn.LSTM), tokens, [{"tokens": ids(2, 5)}, {"tokens": ids(3, 5)}]
    yield "gru", Recurrent(nn.GRU), tokens, [{"tokens": ids(2, 5)}, {"tokens": ids(3, 5)}]
    state = lambda n: {"x": torch.randn(5, n, 4), "h": torch.randn(1, n, 6), "c": torch.randn(1, n, 6)}
    yield "lstm_state", Sequential(), {k: {1: Dim("batch")} for k in "xhc"}, [state(2), state(3)]
    yield "gpt", Gpt(), text("input_ids"), [{"input_ids": ids(2, 6)}, {"input_ids": ids(3, 9)}]
    mask = lambda n, t: {"input_ids": ids(n, t), "attention_mask": (torch.arange(t) < t - torch.arange(n)[:, None]).long()}
    yield "llama", Llama(), text("input_ids", "attention_mask"), [mask(2, 6), mask(3, 9)]
    ops = lambda n: {"x": torch.randn(n, 4, 8, 8), "ids": ids(n, 5, 6)}
    yield "operators", Operators(), {"x": {0: Dim("batch")}, "ids": {0: Dim("batch")}}, [ops(2), ops(3)]
    yield "in_place", InPlace(), {"x": {0: Dim("batch")}, "ids": {0: Dim("batch")}}, [ops(2), ops(3)]
    yield "masked", Masked(), {"x": {0: Dim("batch")}, "ids": {0: Dim("batch")}}, [ops(2), ops(3)]
    odd = lambda n: {"x": torch.randn(n, 4, 10, 8)}
    yield "adaptive", Adaptive(), batch, [odd(2), odd(3)]
    projected = lambda n: {"x": torch.randn(n, 5, 4), "h": torch.randn(4, n, 3), "c": torch.randn(4, n, 6)}
    yield "projected", Projected(), {"x": {0: Dim("batch")}, "h": {1: Dim("batch")}, "c": {1: Dim("batch")}}, [
        projected(2),
        projected(3),
    ]
    lists = lambda n: {"x": torch.randn(n, 5, 4)}
    yield "regions", Regions(), batch, [lists(2), lists(3)]
    for name, kind in (("float16", torch.float16), ("bfloat16", torch.bfloat16)):
        yield name, seeded(Half(kind)).to(kind), batch, [images(2, 8), images(3, 8)]
    try:
        from transformers import BertConfig, BertModel

        config = BertConfig(
            vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, max_position_embeddings=24
        )
        yield "bert", BertModel(config), text("input_ids", "attention_mask"), [mask(2, 6), mask(3, 9)]
    except ImportError:
        pass


def anonymous(program):
    """The program without the folders of the machine it was exported on."""
    for module in program.graph_module.modules():
        for node in getattr(module, "graph", torch.fx.Graph()).nodes:
            trace = node.meta.get("stack_trace")
            if trace:
                for folder in (str(pathlib.Path(__file__).resolve().parent), sys.prefix):
                    trace = trace.replace(folder, "/home/author")
                node.meta["stack_trace"] = trace
    return program


def add(archive, name, program):
    content = io.BytesIO()
    torch.export.save(anonymous(program), content)
    archive.writestr(name + ".pt2", content.getvalue())


def expect(archive, name, module, runs):
    arrays = {}
    for i, inputs in enumerate(runs):
        with torch.no_grad():
            # Some networks write into what they are given.
            outputs = module(**{k: v.clone() for k, v in inputs.items()})
        outputs = torch.utils._pytree.tree_leaves(outputs)
        arrays |= {f"{i}.in.{k}": v.float().numpy() if v.dtype == torch.bfloat16 else v.numpy() for k, v in inputs.items()}
        arrays |= {f"{i}.out.{k:02}": v.float().numpy() if v.dtype == torch.bfloat16 else v.numpy() for k, v in enumerate(outputs) if v is not None}
    content = io.BytesIO()
    np.savez(content, **{name: np.ascontiguousarray(array) for name, array in arrays.items()})
    archive.writestr(name + ".npz", content.getvalue())


def main(folder, *only):
    torch.manual_seed(7)
    version = ".".join(torch.__version__.split("+")[0].split(".")[:2])
    path = pathlib.Path(folder) / f"archives-{version}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, module, dynamic, runs in networks():
            if only and name not in only:
                continue
            module = seeded(module)
            try:
                program = torch.export.export(module, (), runs[0], dynamic_shapes=dynamic)
            except Exception as e:
                print(name, "can't be exported:", str(e)[:2000])
                continue
            add(archive, name, program)
            expect(archive, name, module, runs)
            try:
                add(archive, name + "-decomposed", program.run_decompositions())
            except Exception as e:
                print(name, "can't be decomposed:", str(e)[:300])
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
