"""Stage 1: the vision tower learns to see.

Every patch token must say the whole film's labels and boxes (so that any image token answers any question) and
which findings lie under it. Resumable: python train_vision.py DATA OUT [--epochs N]
"""
import argparse
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from dataset import augment, normalise, read_cases
from labels import BOX_KEYS, NAMES, ON_LATERAL, boxes, labels
from model import Sizes, VisionTower
from optimizers import descend, optimizers, set_rate


MARGIN = 0.045  # of the film's width; half a patch is 0.056
# Small and thin findings cover few patches, so each of theirs counts for more.
SMALL = {'nodule': 12.0, 'sternotomy-wires': 5.0, 'central-line': 4.0, 'endotracheal-tube': 4.0, 'enteric-tube': 3.0,
         'atelectasis-left': 6.0, 'atelectasis-right': 6.0, 'pacemaker': 2.0}
HERE = torch.tensor([SMALL.get(k, 2.0) for k in BOX_KEYS])


def whitening(films, patch, size):
    """The leading principal directions of the films' patches, each scaled to unit variance: [size, patch * patch].

    A film's power falls steeply with frequency, so a random patch embedding hardly sees a wire or a nodule; from
    this start every frequency is equally loud.
    """
    x = normalise(films)[:, 0].unfold(1, patch, patch).unfold(2, patch, patch).reshape(-1, patch * patch)
    x = x - x.mean(0)
    values, vectors = torch.linalg.eigh(x.T @ x / len(x))
    values, vectors = values.flip(0)[:size], vectors.flip(1)[:, :size]
    return (vectors / (values + 1e-4).sqrt()).T


class VisionHeads(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.labels = nn.Linear(d, len(NAMES))
        self.boxes = nn.Linear(d, 4 * len(BOX_KEYS))
        self.here = nn.Linear(d, len(BOX_KEYS))


def targets(cases):
    """One row a film: film index, labels, label weights, boxes, box presence."""
    rows = []
    everything = np.ones(len(NAMES), np.float32)
    for c in cases:
        b, there = boxes(c['boxes'])
        rows.append((c['films']['frontal'], labels(c['current']), everything, b, there))
        if c['prior'] is not None:
            b, there = boxes(c['priorBoxes'])
            rows.append((c['films']['prior'], labels(c['prior']), everything, b, there))
        if c['films']['lateral'] is not None:
            rows.append((c['films']['lateral'], labels(c['current']), ON_LATERAL.astype(np.float32),
                         np.zeros((len(BOX_KEYS), 4), np.float32), np.zeros(len(BOX_KEYS), np.float32)))
    return [torch.tensor(np.stack(x) if i else np.array(x)) for i, x in enumerate(zip(*rows))]


def loss_of(tower, heads, pixels, y, weight, box, there, grid):
    x = tower(pixels)[:, 1:]
    n, p, _ = x.shape
    z = heads.labels(x).float()
    each = (F.binary_cross_entropy_with_logits(z, y[:, None].expand_as(z), reduction='none') * weight[:, None]).mean()
    pooled = (F.binary_cross_entropy_with_logits(z.mean(1), y, reduction='none') * weight).mean()
    corners = heads.boxes(x).float().view(n, p, -1, 4)
    off = F.smooth_l1_loss(corners, box[:, None].expand_as(corners), beta=0.02, reduction='none').sum(-1)
    boxed = (off * there[:, None]).sum() / (there.sum() * p + 1)
    g = grid[None, :, None]
    # A nodule is smaller than a patch, so a patch counts as on a finding when it overlaps its box, centre or not.
    inside = ((g[..., 0] >= box[:, None, :, 0] - MARGIN) & (g[..., 0] <= box[:, None, :, 2] + MARGIN)
              & (g[..., 1] >= box[:, None, :, 1] - MARGIN) & (g[..., 1] <= box[:, None, :, 3] + MARGIN)).float() * there[:, None]
    # Where a finding lies is the strongest teacher at the start; the pooled labels come next, every patch's last.
    here = F.binary_cross_entropy_with_logits(heads.here(x).float(), inside, pos_weight=HERE)
    return torch.stack([each, pooled, boxed, here])


@torch.no_grad()
def score(tower, heads, films, rows, y, weight):
    """F1 of every label on frontal films, thresholded at 0."""
    out = []
    for i in range(0, len(rows), 256):
        with torch.autocast('cpu', torch.bfloat16):
            x = tower(normalise(films[rows[i:i + 256]]))[:, 1:]
            out.append(heads.labels(x).float().mean(1))
    p, t = (torch.cat(out) > 0).float(), y
    tp = (p * t * weight).sum(0)
    return 2 * tp / ((p * weight).sum(0) + (t * weight).sum(0)).clamp(min=1)


def main():
    a = argparse.ArgumentParser()
    a.add_argument('data'), a.add_argument('out')
    a.add_argument('--epochs', type=int, default=12)
    a.add_argument('--minutes', type=float, default=1e9)
    a.add_argument('--lr', type=float, default=1.2e-3)
    a.add_argument('--held-out', type=int, default=400)
    a = a.parse_args()
    torch.manual_seed(0)
    s = Sizes()
    tower, heads = VisionTower(s), VisionHeads(s.vision_dim)
    for layer in tower.encoder.layer:  # a small start for LayerScale steadies a short training
        layer.layer_scale1['lambda1'].data.fill_(0.5), layer.layer_scale2['lambda1'].data.fill_(0.5)
    path = os.path.join(a.out, 'vision.pt')
    os.makedirs(a.out, exist_ok=True)
    if os.path.exists(path):
        saved = torch.load(path)
        tower.load_state_dict(saved['tower']), heads.load_state_dict(saved['heads'])
        print('resumed', path, flush=True)
    cases, films = read_cases(a.data)
    if not os.path.exists(path):
        w = whitening(films[:1000], s.patch, s.vision_dim).view(-1, 1, s.patch, s.patch) * 0.3
        tower.embeddings.patch_embeddings.projection.weight.data.copy_(w.expand(-1, 3, -1, -1) / 3)
    opt = optimizers([*tower.named_parameters(), *heads.named_parameters()], a.lr)
    held, train = targets(cases[:a.held_out]), targets(cases[a.held_out:])
    g = int(s.patches ** 0.5)
    centres = (torch.arange(g) + 0.5) / g
    grid = torch.stack([centres.repeat(g), centres.repeat_interleave(g)], 1)
    generator = torch.Generator().manual_seed(int(time.time()))
    n, batch, t0, step = len(train[0]), 32, time.time(), 0
    total = a.epochs * (n // batch)
    print('films', n, 'steps', total, flush=True)
    for epoch in range(a.epochs):
        order = torch.randperm(n, generator=generator)
        running = torch.zeros(4)
        for i in range(0, n - batch + 1, batch):
            k = order[i:i + batch]
            elapsed = (time.time() - t0) / (a.minutes * 60)
            progress = max(step / total, elapsed)
            if progress >= 1:
                break
            set_rate(opt, a.lr * min(1, (step + 1) / 200) * (0.02 + 0.98 * (1 - progress)))
            pixels, shift = augment(films[train[0][k]], generator)
            box = train[3][k] + shift.repeat(1, 2)[:, None]
            with torch.autocast('cpu', torch.bfloat16):
                parts = loss_of(tower, heads, pixels, train[1][k], train[2][k], box, train[4][k], grid)
            loss = (parts * torch.tensor([3.0, 5.0, 1.0, 6.0])).sum()
            descend(opt, loss)
            step += 1
            running += parts.detach()
            if step % 200 == 0:
                print('step', step, [round(v, 4) for v in (running / (i / batch + 1)).tolist()], round(time.time() - t0), 's', flush=True)
        f1 = score(tower, heads, films, held[0], held[1], held[2])
        torch.save(dict(tower=tower.state_dict(), heads=heads.state_dict()), path)
        print('epoch', epoch, 'mean F1', round(float(f1.mean()), 3), round(time.time() - t0), 's', flush=True)
        print(' '.join(f'{name} {v:.2f}' for name, v in zip(NAMES, f1.tolist())), flush=True)


if __name__ == '__main__':
    main()
