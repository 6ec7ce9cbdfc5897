"""Reads what scripts/phantoms/writeTrainingSet.ts wrote: films as 8-bit squares, one JSON line a case."""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

MEAN, STD = 0.5307, 0.2583


def read_cases(folder):
    """All shards of a folder: cases with film indices made global, and films [n, size, size] uint8."""
    cases, films, base = [], [], 0
    for shard in sorted(d for d in os.listdir(folder) if d.startswith('shard-')):
        lines = os.path.join(folder, shard, 'cases.jsonl')
        if not os.path.exists(os.path.join(folder, shard, 'done')):
            continue
        rows = [json.loads(line) for line in open(lines)]
        pixels = reduced_films(os.path.join(folder, shard))
        for row in rows:
            row['films'] = {k: None if v is None else v + base for k, v in row['films'].items()}
        cases += rows
        films.append(pixels)
        base += len(pixels)
    return cases, torch.cat(films)


def reduced_films(shard, size=144):
    """The shard's films reduced to the model's size as Pillow would (antialiased bicubic), cached beside them."""
    cache = os.path.join(shard, f'films-{size}.npy')
    if os.path.exists(cache):
        return torch.from_numpy(np.load(cache))
    drawn = json.load(open(os.path.join(shard, 'done')))['size']
    raw = torch.from_numpy(np.fromfile(os.path.join(shard, 'films.bin'), np.uint8)).view(-1, drawn, drawn)
    out = torch.empty(len(raw), size, size, dtype=torch.uint8)
    for i in range(0, len(raw), 256):
        x = raw[i:i + 256].float()
        low, high = x.amin((1, 2), True), x.amax((1, 2), True)
        x = torch.floor((x - low) / (high - low) * 255)[:, None]
        y = F.interpolate(x, size=(size, size), mode='bicubic', antialias=True, align_corners=False)
        out[i:i + 256] = y[:, 0].round().clamp(0, 255).to(torch.uint8)
    np.save(cache, out.numpy())
    os.remove(os.path.join(shard, 'films.bin'))
    return out


def normalise(films):
    """uint8 [n, S, S] -> float [n, 3, S, S] as MAIRA-2's processor does."""
    return ((films.float() / 255 - MEAN) / STD)[:, None].expand(-1, 3, -1, -1)


def augment(films, generator):
    """Small changes of exposure, contrast, gamma, noise and position; returns pixels and the shift in film widths."""
    n, size, _ = films.shape
    u = lambda low, high: torch.empty(n, 1, 1).uniform_(low, high, generator=generator)
    x = films.float() / 255
    x = x.clamp(0, 1).pow(u(0.85, 1.18)) * u(0.88, 1.05) + u(-0.03, 0.06)
    x = (x + torch.randn(x.shape, generator=generator) * u(0, 0.015)).clamp(0, 1)
    dx, dy = (torch.randint(-4, 5, (n,), generator=generator) for _ in range(2))
    padded = F.pad(x[:, None], (4, 4, 4, 4), mode='replicate')[:, 0]
    rows = torch.arange(size)[None] + 4 - dy[:, None]
    columns = torch.arange(size)[None] + 4 - dx[:, None]
    x = padded[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]
    return ((x - MEAN) / STD)[:, None].expand(-1, 3, -1, -1), torch.stack([dx, dy], 1).float() / size
