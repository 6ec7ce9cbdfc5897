"""Stage 3: a Matryoshka BatchTopK sparse autoencoder on the output of a middle block.

Follows the dictionary_learning recipe (reference: arXiv 2503.17547): nested groups, batch-wise top-k, threshold by
moving average, unit-norm decoder rows, aux-k for dead features. Tokens: the fields of the prompt that belong to the
case, the last token of each image, the prompt's last token and every token of the report. Tokens before which a sentence
is chosen are drawn more often: there a feature decides what is said, and they are few.
    python train_dictionary.py DATA OUT --layer 2 --features 640 --k 16
"""
import argparse
import json
import os
import random
import time

import torch
import torch.nn as nn
from safetensors.torch import save_file

from dataset import read_cases
from model import Sizes
from score import load
from train_report import film_features

STARTS = 3  # how often a sentence start is drawn, where another token is drawn once
FRACTIONS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 17 / 32)  # smallest group first


def kept_positions(sample, encoder, boilerplate):
    """Positions of a prompt + completion the dictionary is trained on."""
    p = sample['prompt']
    image_ends = [i for i in range(len(p)) if p[i] == encoder.image and (i + 1 == len(p) or p[i + 1] != encoder.image)]
    fields = [i for i in range(1, len(p)) if p[i] != encoder.image and i > image_ends[-1] and p[i] not in boilerplate]
    return sorted(set(image_ends + fields + list(range(len(p) - 1, len(p) + len(sample['ids']) - 1))))


def starts(sample):
    """Positions before which a sentence, or the end, is chosen."""
    return {len(sample['prompt']) - 1 + i for i, w in enumerate(sample['weights']) if w >= 3.0}


@torch.no_grad()
def collect(model, encoder, samples, features, layer, boilerplate, batch=24):
    """Residuals [n, d] of the kept positions of all samples, and which of them are sentence starts, bool [n]."""
    order = sorted(range(len(samples)), key=lambda i: (len(samples[i]['films']), len(samples[i]['prompt']) + len(samples[i]['ids'])))
    out, chosen = [], []
    for i in range(0, len(order), batch):
        chunk = [samples[k] for k in order[i:i + batch]]
        n = max(len(s['prompt']) + len(s['ids']) for s in chunk)
        ids = torch.zeros(len(chunk), n, dtype=torch.long)
        for row, s in enumerate(chunk):
            ids[row, :len(s['prompt']) + len(s['ids'])] = torch.tensor(s['prompt'] + s['ids'])
        x = model.embed(ids, model.multi_modal_projector(features[[f for s in chunk for f in s['films']]].float()), encoder.image)
        kept = []
        model.language_model(x, {layer: kept.append})
        for row, s in enumerate(chunk):
            positions = kept_positions(s, encoder, boilerplate)
            out.append(kept[0][row, positions].clone())
            choices = starts(s)
            chosen += [p in choices for p in positions]
    return torch.cat(out), torch.tensor(chosen)


class Dictionary(nn.Module):
    def __init__(self, x, features, k):
        super().__init__()
        d = x.shape[1]
        w = torch.nn.functional.normalize(torch.randn(features, d), dim=1)
        self.W_dec, self.W_enc = nn.Parameter(w.clone()), nn.Parameter(w.t().clone())
        self.b_enc, self.b_dec = nn.Parameter(torch.zeros(features)), nn.Parameter(x[:20000].median(0).values.clone())
        self.k, self.threshold = k, -1.0
        sizes = [int(f * features) for f in FRACTIONS[:-1]]
        self.groups = sizes + [features - sum(sizes)]

    def pre(self, x):
        return torch.relu((x - self.b_dec) @ self.W_enc + self.b_enc)

    def encode(self, x):
        z = self.pre(x)
        return z * (z > self.threshold)


def train(x, chosen, features, k, steps, batch=2048, lr=1e-3):
    m = Dictionary(x, features, k)
    opt = torch.optim.Adam(m.parameters(), lr=lr, betas=(0.9, 0.999))
    fired = torch.zeros(features, dtype=torch.long)
    mean, t0 = x.mean(0), time.time()
    pool = torch.arange(len(x)).repeat_interleave(1 + (STARTS - 1) * chosen.long())
    for step in range(steps):
        for g in opt.param_groups:
            g['lr'] = lr * min(1, (step + 1) / 200) * min(1, (steps - step) / (0.3 * steps))
        b = x[pool[torch.randint(len(pool), (batch,))]]
        z = m.pre(b)
        cut = z.flatten().topk(k * batch).values[-1]
        kept = z * (z >= cut)
        positive = kept[kept > 0].min().item()
        m.threshold = positive if m.threshold < 0 else 0.99 * m.threshold + 0.01 * positive
        rebuilt, start, losses = m.b_dec.expand_as(b), 0, []
        for size in m.groups:
            rebuilt = rebuilt + kept[:, start:start + size] @ m.W_dec[start:start + size]
            start += size
            losses.append((rebuilt - b).pow(2).sum(-1).mean())
        fired = torch.where((kept > 0).any(0), 0, fired + batch)
        loss = sum(losses) / len(losses)
        dead = fired > 200_000
        if dead.any():
            rest = (b - rebuilt).detach()
            top = m.pre(b)[:, dead]
            kk = min(top.shape[1], 32)
            v, i = top.topk(kk, -1)
            aux = torch.zeros_like(top).scatter(1, i, v) @ m.W_dec[dead]
            scale = (rest - rest.mean(0)).pow(2).sum(-1).mean()
            loss = loss + losses[-1].detach() / 32 * ((aux - rest).pow(2).sum(-1).mean() / scale)
        opt.zero_grad()
        loss.backward()
        m.W_dec.grad -= (m.W_dec.grad * m.W_dec).sum(1, keepdim=True) * m.W_dec.detach()
        nn.utils.clip_grad_norm_(m.parameters(), 1.0)
        opt.step()
        m.W_dec.data = torch.nn.functional.normalize(m.W_dec.data, dim=1)
        if step % 500 == 0 or step == steps - 1:
            fvu = ((rebuilt - b).pow(2).sum() / (b - mean).pow(2).sum()).item()
            print('step', step, 'fvu', round(fvu, 4), 'dead', int(dead.sum()), round(time.time() - t0), 's', flush=True)
    return m


def main():
    a = argparse.ArgumentParser()
    a.add_argument('data'), a.add_argument('out')
    a.add_argument('--layer', type=int, default=2)
    a.add_argument('--features', type=int, default=640)
    a.add_argument('--k', type=int, default=16)
    a.add_argument('--cases', type=int, default=6000)
    a.add_argument('--steps', type=int, default=5000)
    a.add_argument('--held-out', type=int, default=400)
    a = a.parse_args()
    torch.manual_seed(0)
    model, tokenizer, encoder = load(a.out)
    cases, films = read_cases(a.data)
    cases = cases[:a.held_out + a.cases]
    features = film_features(model, films[:max(f for c in cases for f in c['films'].values() if f is not None) + 1])
    rng = random.Random(11)
    samples = [encoder.sample(c, rng, 0.1) for c in cases]
    boilerplate = set(encoder.prompt('PRIOR_REPORT: INDICATION: TECHNIQUE: COMPARISON: ASSISTANT: N/A'))
    x, chosen = collect(model, encoder, samples[a.held_out:], features, a.layer, boilerplate)
    print('tokens', len(x), 'sentence starts', int(chosen.sum()), flush=True)
    m = train(x, chosen, a.features, a.k, a.steps)
    y, _ = collect(model, encoder, samples[:a.held_out], features, a.layer, boilerplate)
    with torch.no_grad():
        z = m.encode(y)
        fvu = ((z @ m.W_dec + m.b_dec - y).pow(2).sum() / (y - y.mean(0)).pow(2).sum()).item()
        zx = torch.cat([m.encode(c) for c in x.split(20000)])
        print('held-out fvu', round(fvu, 4), 'L0', round((z > 0).float().sum(1).mean().item(), 2),
              'alive', round((zx > 0).any(0).float().mean().item(), 3), flush=True)
    folder = os.path.join(a.out, 'dictionary')
    os.makedirs(folder, exist_ok=True)
    save_file({
        'W_enc': m.W_enc.detach().contiguous(), 'b_enc': m.b_enc.detach(), 'W_dec': m.W_dec.detach().contiguous(),
        'b_dec': m.b_dec.detach(), 'k': torch.tensor(a.k, dtype=torch.int32),
        'threshold': torch.tensor(m.threshold, dtype=torch.float32),
        'group_sizes': torch.tensor(m.groups, dtype=torch.int64),
    }, os.path.join(folder, 'dictionary.safetensors'))
    json.dump({'trainer': {
        'trainer_class': 'MatryoshkaBatchTopKTrainer', 'dict_class': 'MatryoshkaBatchTopKSAE', 'activation_dim': Sizes().dim,
        'dict_size': a.features, 'k': a.k, 'layer': a.layer, 'lm_name': 'hilum-embedded',
        'submodule_name': f'resid_post_layer_{a.layer}', 'group_fractions': FRACTIONS, 'group_sizes': m.groups, 'seed': 0,
        'steps': a.steps, 'lr': 1e-3, 'auxk_alpha': 1 / 32,
    }}, open(os.path.join(folder, 'config.json'), 'w'), indent=2)
    torch.save({'max': zx.max(0).values, 'density': (zx > 0).float().mean(0)}, os.path.join(folder, 'activity.pt'))


if __name__ == '__main__':
    main()
