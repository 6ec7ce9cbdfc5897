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
    inside = ((g[..., 0] >= box[:, None, :, 0] - 0.03) & (g[..., 0] <= box[:, None, :, 2] + 0.03)
              & (g[..., 1] >= box[:, None, :, 1] - 0.03) & (g[..., 1] <= box[:, None, :, 3] + 0.03)).float() * there[:, None]
    # Where a finding lies is the strongest teacher at the start; the pooled labels come next, every patch's last.
    here = F.binary_cross_entropy_with_logits(heads.here(x).float(), inside, pos_weight=torch.tensor(2.0))
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
    params = [p for p in [*tower.parameters(), *heads.parameters()] if p.requires_grad]
    opt = torch.optim.AdamW(params, lr=a.lr, weight_decay=0.03, betas=(0.9, 0.98))
    path = os.path.join(a.out, 'vision.pt')
    os.makedirs(a.out, exist_ok=True)
    if os.path.exists(path):
        saved = torch.load(path)
        tower.load_state_dict(saved['tower']), heads.load_state_dict(saved['heads'])
        print('resumed', path, flush=True)
    cases, films = read_cases(a.data)
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
            for group in opt.param_groups:
                group['lr'] = a.lr * min(1, (step + 1) / 200) * (0.02 + 0.98 * (1 - progress))
            pixels, shift = augment(films[train[0][k]], generator)
            box = train[3][k] + shift.repeat(1, 2)[:, None]
            with torch.autocast('cpu', torch.bfloat16):
                parts = loss_of(tower, heads, pixels, train[1][k], train[2][k], box, train[4][k], grid)
            loss = (parts * torch.tensor([3.0, 5.0, 1.0, 6.0])).sum()
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(params, 1.0)
            opt.step()
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
