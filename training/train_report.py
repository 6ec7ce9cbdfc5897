"""Stage 2: the language model learns to write the report from frozen image features.

An auxiliary head reads the films' labels from the residual after the middle block wherever a sentence is about to
be chosen; it speeds up learning to look, and is thrown away. Resumable:
    python train_report.py DATA OUT --minutes 60
"""
import argparse
import json
import os
import random
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from tokenizers import Tokenizer

from dataset import normalise, read_cases
from labels import NAMES
from model import Maira2, Sizes
from samples import Encoder, plan_labels

HOOK = 2  # the auxiliary head reads the output of this block, as the dictionary does


@torch.no_grad()
def film_features(model, films, batch=256):
    """Vision features of every film without the class token, bf16 [n, patches, d]."""
    out = torch.empty(len(films), model.sizes.patches, model.sizes.vision_dim, dtype=torch.bfloat16)
    for i in range(0, len(films), batch):
        with torch.autocast('cpu', torch.bfloat16):
            out[i:i + batch] = model.vision_tower(normalise(films[i:i + batch]))[:, 1:].to(torch.bfloat16)
    return out


def collate(samples):
    n = max(len(s['prompt']) + len(s['ids']) for s in samples)
    n = -(-n // 16) * 16  # few distinct lengths
    ids = torch.zeros(len(samples), n, dtype=torch.long)
    where, target, weight, starts = [], [], [], []
    for i, s in enumerate(samples):
        p, q = len(s['prompt']), len(s['ids'])
        ids[i, :p + q] = torch.tensor(s['prompt'] + s['ids'])
        where += [(i, p - 1 + k) for k in range(q)]
        target += s['ids']
        weight += s['weights']
        starts += [(i, p - 1 + k) for k in range(q) if s['weights'][k] >= 3.0]
    return ids, torch.tensor(where), torch.tensor(target), torch.tensor(weight), torch.tensor(starts)


def batches(cases, encoder, rng, size, easy):
    """Endless batches of one layout each, so that padding stays small.

    While easy() holds, frontal films without a prior and without boxes only: short sequences teach looking fastest.
    """
    waiting = {}
    while True:
        order = list(range(len(cases)))
        rng.shuffle(order)
        for k in order:
            if easy() and cases[k]['prior'] is not None:
                continue
            s = encoder.sample(cases[k], rng, 0.0, 0.0) if easy() else encoder.sample(cases[k], rng)
            s['case'] = k
            bucket = waiting.setdefault(s['layout'], [])
            bucket.append(s)
            if len(bucket) == size * 4:
                bucket.sort(key=lambda s: len(s['prompt']) + len(s['ids']))
                groups = [bucket[i:i + size] for i in range(0, len(bucket), size)]
                waiting[s['layout']] = []
                rng.shuffle(groups)
                yield from groups


def main():
    a = argparse.ArgumentParser()
    a.add_argument('data'), a.add_argument('out')
    a.add_argument('--minutes', type=float, default=60)
    a.add_argument('--easy', type=float, default=0.3, help='share of the time spent on films without a prior')
    a.add_argument('--lr', type=float, default=2e-3)
    a.add_argument('--batch', type=int, default=16)
    a.add_argument('--held-out', type=int, default=400)
    a = a.parse_args()
    torch.manual_seed(0)
    tokenizer = Tokenizer.from_file(os.path.join(a.out, 'tokenizer', 'tokenizer.json'))
    sizes = Sizes(vocab=tokenizer.get_vocab_size())
    model = Maira2(sizes)
    model.vision_tower.load_state_dict(torch.load(os.path.join(a.out, 'vision.pt'))['tower'])
    plan = nn.Linear(sizes.dim, 2 * len(NAMES))
    path = os.path.join(a.out, 'report.pt')
    if os.path.exists(path):
        saved = torch.load(path)
        model.load_state_dict(saved['model']), plan.load_state_dict(saved['plan'])
        print('resumed', path, flush=True)
    model.vision_tower.requires_grad_(False)
    params = [p for p in [*model.parameters(), *plan.parameters()] if p.requires_grad]
    for layer in model.language_model.model.layers:
        layer.compile(dynamic=True)
    print('parameters', sum(p.numel() for p in model.parameters()), flush=True)
    opt = torch.optim.AdamW(params, lr=a.lr, weight_decay=0.02, betas=(0.9, 0.98))
    cases, films = read_cases(a.data)
    cases = cases[a.held_out:]
    encoder = Encoder(tokenizer, sizes.patches)
    features = film_features(model, films)
    truth = [torch.tensor(x) for x in zip(*((torch.tensor(n).tolist(), torch.tensor(b).tolist(), m) for n, b, m in map(plan_labels, cases)))]
    rng = random.Random(int(time.time()))
    t0, step, losses = time.time(), 0, []
    progress = lambda: (time.time() - t0) / (a.minutes * 60)
    for samples in batches(cases, encoder, rng, a.batch, lambda: progress() < a.easy):
        if progress() >= 1:
            break
        for group in opt.param_groups:
            group['lr'] = a.lr * min(1, (step + 1) / 200) * (0.03 + 0.97 * (1 - progress()))
        ids, where, target, weight, starts = collate(samples)
        residual = []
        with torch.autocast('cpu', torch.bfloat16):
            images = model.multi_modal_projector(features[[f for s in samples for f in s['films']]])
            x = model.embed(ids, images, encoder.image)
            h = model.language_model(x, {HOOK: residual.append})
            logits = model.language_model.lm_head(h[where[:, 0], where[:, 1]])
            guess = plan(residual[0][starts[:, 0], starts[:, 1]])
        loss = (F.cross_entropy(logits.float(), target, reduction='none') * weight).sum() / weight.sum()
        rows = torch.tensor([s['case'] for s in samples])[starts[:, 0]]
        now, before = guess.float().chunk(2, -1)
        aux = F.binary_cross_entropy_with_logits(now, truth[0][rows]) + (
            F.binary_cross_entropy_with_logits(before, truth[1][rows], reduction='none').mean(-1) * truth[2][rows]).mean()
        opt.zero_grad()
        (loss + aux).backward()
        nn.utils.clip_grad_norm_(params, 1.0)
        opt.step()
        step += 1
        losses.append((loss.item(), aux.item()))
        if step % 100 == 0:
            mean = [round(sum(x) / len(x), 4) for x in zip(*losses[-100:])]
            print('step', step, 'report', mean[0], 'plan', mean[1], round(time.time() - t0), 's', flush=True)
        if step % 500 == 0:
            torch.save(dict(model=model.state_dict(), plan=plan.state_dict()), path)
    torch.save(dict(model=model.state_dict(), plan=plan.state_dict()), path)


if __name__ == '__main__':
    main()
