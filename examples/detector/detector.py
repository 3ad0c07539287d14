"""Trains a small single-shot detector on made-up pictures and writes all that Octet needs to quantize it.

Run by hand (docs/detection.md tells what comes of it):

    python -m venv venv && venv/bin/pip install torch onnx onnxscript
    venv/bin/python examples/detector/detector.py OUT

In OUT are then detector.pt2 (torch.export), detector.onnx (the same network), and training.npz, calibration.npz and
evaluation.npz: pictures as bytes [samples, 3, 96, 96] under the input's name, and labels [samples, objects, 5] of class
(-1 where there is no further object) and corners x1, y1, x2, y2 in pixels. Pixels become inputs by a scale of 1/255.

The network (93,000 parameters) looks at the picture in depthwise separable blocks and answers at two scales; boxes
and scores are decoded inside the graph, so that its outputs are corners [batch, anchors, 4] and shares
[batch, anchors, classes]. Everything follows from the seed.

With --fixture DIR a cut-down copy goes there, detector.pt2 and the first 24 samples of evaluation.npz, which is how the
fixture of the project's tests was made:

    venv/bin/python examples/detector/detector.py OUT --fixture src/test/resources/detector
"""

import argparse
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.export import Dim

SIZE = 96
CLASSES = ["disc", "square", "triangle", "cross"]
STRIDES = [8, 16]
MOST_OBJECTS = 5
EXAMPLE = (torch.rand(2, 3, SIZE, SIZE),)
SHAPES = {"image": {0: Dim("batch")}}


# ---- pictures

def texture(random):
    """A background: a few waves of any direction and colour, and noise."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    picture = np.repeat(random.uniform(40, 200, (3, 1, 1)), SIZE, 1).repeat(SIZE, 2)
    for _ in range(4):
        angle, waves, phase = random.uniform(0, np.pi), random.uniform(1, 12), random.uniform(0, 2 * np.pi)
        wave = np.sin(2 * np.pi * waves * (x * np.cos(angle) + y * np.sin(angle)) + phase)
        picture += random.uniform(-25, 25, (3, 1, 1)) * wave
    return picture + random.normal(0, random.uniform(2, 10), (3, SIZE, SIZE))


def shape(kind, middle, half):
    """Which pixels an object covers."""
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    dx, dy = (x - middle[0]) / half[0], (y - middle[1]) / half[1]
    inside = (np.abs(dx) <= 1) & (np.abs(dy) <= 1)
    if kind == "disc":
        return dx**2 + dy**2 <= 1
    if kind == "square":
        return inside
    if kind == "triangle":
        return inside & (np.abs(dx) <= (dy + 1) / 2)
    return inside & ((np.abs(dx) <= 0.35) | (np.abs(dy) <= 0.35))


def overlap(one, other):
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0, width) * max(0, height)
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    return shared / (area(one) + area(other) - shared)


def picture(random):
    """A picture of bytes [3, SIZE, SIZE] and its labels [MOST_OBJECTS, 5]."""
    pixels = texture(random)
    labels = np.full((MOST_OBJECTS, 5), -1, np.float32)
    boxes = []
    for _ in range(random.integers(1, MOST_OBJECTS + 1)):
        half = np.exp(random.uniform(np.log(5), np.log(24))) * random.uniform(0.8, 1.25, 2)
        half = np.minimum(half, SIZE / 2 - 2)
        middle = random.uniform(half + 1, SIZE - half - 1)
        box = [*(middle - half), *(middle + half)]
        if any(overlap(box, other) > 0.1 for other in boxes):
            continue
        kind = random.integers(len(CLASSES))
        mask = shape(CLASSES[kind], middle, half)
        # Not of the colour behind it, or nobody could find it.
        behind = pixels[:, mask].mean(1)
        colour = random.uniform(20, 235, 3)
        if np.abs(colour - behind).max() < 50:
            colour = np.where(behind > 128, behind - 80, behind + 80)
        pixels[:, mask] = colour[:, None] + random.normal(0, 6, (3, int(mask.sum())))
        labels[len(boxes)] = [kind, *box]
        boxes.append(box)
    return pixels.clip(0, 255).astype(np.uint8), labels


def pictures(count, seed):
    random = np.random.default_rng(seed)
    made = [picture(random) for _ in range(count)]
    return np.stack([p for p, _ in made]), np.stack([l for _, l in made])


# ---- network

class Block(nn.Module):
    """Depthwise, then pointwise; the input is added where it has the output's shape."""

    def __init__(self, channels, out, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.pointwise = nn.Conv2d(channels, out, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out)
        self.same = stride == 1 and channels == out

    def forward(self, x):
        y = F.relu(self.norm1(self.depthwise(x)))
        y = self.norm2(self.pointwise(y))
        return F.relu(x + y if self.same else y)


class Head(nn.Module):
    """For each cell of one scale the four sides' distances, in cells and as logarithms, and the classes' logits."""

    def __init__(self, channels):
        super().__init__()
        self.block = Block(channels, channels)
        self.boxes = nn.Conv2d(channels, 4, 1)
        self.classes = nn.Conv2d(channels, len(CLASSES), 1)
        nn.init.constant_(self.classes.bias, -4.0)

    def forward(self, x):
        x = self.block(x)
        flat = lambda y: y.flatten(2).transpose(1, 2)
        return flat(self.boxes(x)), flat(self.classes(x))


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.fine = nn.Sequential(Block(16, 32, 2), Block(32, 32), Block(32, 64, 2), Block(64, 64), Block(64, 64))
        self.coarse = nn.Sequential(Block(64, 128, 2), Block(128, 128), Block(128, 128))
        self.across = nn.Conv2d(128, 64, 1)
        self.heads = nn.ModuleList([Head(64), Head(128)])
        middles = []
        for stride in STRIDES:
            at = (torch.arange(SIZE // stride) + 0.5) * stride
            y, x = torch.meshgrid(at, at, indexing="ij")
            middles.append(torch.stack([x, y, x, y], -1).reshape(-1, 4))
        cells = [torch.full((len(m), 1), float(s)) for m, s in zip(middles, STRIDES)]
        self.register_buffer("middles", torch.cat(middles))
        self.register_buffer("sides", torch.cat(cells) * torch.tensor([-1.0, -1.0, 1.0, 1.0]))

    def raw(self, image):
        fine = self.fine(self.stem(image))
        coarse = self.coarse(fine)
        fine = F.relu(fine + F.interpolate(self.across(coarse), scale_factor=2.0, mode="nearest"))
        (b1, c1), (b2, c2) = self.heads[0](fine), self.heads[1](coarse)
        distances = torch.exp(torch.clamp(torch.cat([b1, b2], 1), -4.0, 3.0))
        return self.middles + distances * self.sides, torch.cat([c1, c2], 1)

    def forward(self, image):
        boxes, logits = self.raw(image)
        return boxes, torch.sigmoid(logits)


# ---- training

def targets(detector, labels):
    """For each cell the object that it answers for, -1 for none [batch, anchors]: small objects at the fine scale."""
    middles = detector.middles[:, :2]
    strides = detector.sides[:, 2]
    boxes = labels[..., 1:]
    sizes = (boxes[..., 2:] - boxes[..., :2]).amax(-1)
    scale = torch.where(sizes < 28, STRIDES[0], STRIDES[1])
    centre = (boxes[..., :2] + boxes[..., 2:]) / 2
    near = (middles[None, None] - centre[:, :, None]).abs().amax(-1) < 1.0 * strides
    mine = near & (strides == scale[..., None]) & (labels[..., :1] >= 0)
    return torch.where(mine.any(1), mine.float().argmax(1), -1)


def generalised_overlap(one, other):
    """Rezatofighi et al. 2019, "Generalized Intersection over Union" (arXiv 1902.09630)."""
    shared = (torch.minimum(one[:, 2:], other[:, 2:]) - torch.maximum(one[:, :2], other[:, :2])).clamp(min=0).prod(1)
    areas = (one[:, 2:] - one[:, :2]).prod(1) + (other[:, 2:] - other[:, :2]).prod(1)
    hull = (torch.maximum(one[:, 2:], other[:, 2:]) - torch.minimum(one[:, :2], other[:, :2])).prod(1)
    union = areas - shared
    return shared / union - (hull - union) / hull


def loss(detector, images, labels):
    boxes, logits = detector.raw(images)
    owner = targets(detector, labels)
    found = owner >= 0
    rows = torch.gather(labels, 1, owner.clamp(min=0)[..., None].expand(-1, -1, 5))
    truth = F.one_hot(rows[..., 0].clamp(min=0).long(), len(CLASSES)).float() * found[..., None]
    # Lin et al. 2017, "Focal Loss for Dense Object Detection" (arXiv 1708.02002).
    share = torch.sigmoid(logits)
    missed = torch.where(truth > 0, 1 - share, share)
    count = found.sum().clamp(min=1)
    classes = (missed**2 * F.binary_cross_entropy_with_logits(logits, truth, reduction="none")).sum() / count
    return 2 * classes + 2 * (1 - generalised_overlap(boxes[found], rows[found][:, 1:])).sum() / count


def train(detector, images, labels, epochs, batch=32):
    optimizer = torch.optim.AdamW(detector.parameters(), 4e-3, weight_decay=1e-3)
    steps = epochs * (len(images) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps, pct_start=0.1)
    detector.train()
    for epoch in range(epochs):
        order = torch.randperm(len(images))
        total = 0.0
        for i in range(len(images) // batch):
            rows = order[i * batch : (i + 1) * batch]
            pixels, boxes = images[rows].float() / 255, labels[rows].clone()
            if torch.rand(()) < 0.5:
                pixels = pixels.flip(3)
                real = boxes[..., 0] >= 0
                left, right = boxes[..., 1].clone(), boxes[..., 3].clone()
                boxes[..., 1] = torch.where(real, SIZE - right, left)
                boxes[..., 3] = torch.where(real, SIZE - left, right)
            optimizer.zero_grad()
            value = loss(detector, pixels, boxes)
            value.backward()
            nn.utils.clip_grad_norm_(detector.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += value.item()
        print(f"epoch {epoch + 1} of {epochs}: loss {total / (len(images) // batch):.4f}", flush=True)
    detector.eval()


# ---- files

def write_sets(out, sets):
    for name, (images, labels) in sets.items():
        np.savez_compressed(out / f"{name}.npz", image=images, labels=labels)


def write_archive(detector, out):
    out.mkdir(parents=True, exist_ok=True)
    program = torch.export.export(detector, EXAMPLE, dynamic_shapes=SHAPES)
    torch.export.save(program, out / "detector.pt2")


def write_onnx(detector, out):
    torch.onnx.export(
        detector, EXAMPLE, out / "detector.onnx", dynamo=True, dynamic_shapes=SHAPES, external_data=False,
        input_names=["image"], output_names=["boxes", "scores"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fixture", type=pathlib.Path, help="folder for a cut-down copy")
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    images, labels = pictures(2000, options.seed)
    seen = images, labels
    unseen = pictures(1000, options.seed + 1)
    detector = Detector()
    print(sum(p.numel() for p in detector.parameters()), "parameters")
    train(detector, torch.from_numpy(images), torch.from_numpy(labels), options.epochs)

    part = lambda pair, count: (pair[0][:count], pair[1][:count])
    write_archive(detector, options.out)
    write_onnx(detector, options.out)
    write_sets(options.out, {"training": seen, "calibration": part(seen, 256), "evaluation": unseen})
    if options.fixture:
        write_archive(detector, options.fixture)
        write_sets(options.fixture, {"samples": part(unseen, 24)})


if __name__ == "__main__":
    main()
