"""Stage 2: the language model learns to write the report from frozen image features.

Four things make the residual at the hook decide what is written, so that a dictionary there finds features that steer:
  an auxiliary head reads the films' labels from it wherever a sentence is about to be chosen (thrown away afterwards);
  in most batches the blocks after the hook see the report's own rows alone, so all they know came through those rows;
  in half of the samples, rows inside sentences carry the difference of two sentence starts, which changes nothing in
  the text asked for: a push decides where a sentence is chosen and leaves the sentence alone;
  some samples are spliced (splices.py): a push alone tells that another report's sentence is to be said.
Resumable: python train_report.py DATA OUT --minutes 60
On two cores: OMP_NUM_THREADS=1 torchrun --nproc-per-node 2 train_report.py DATA OUT --minutes 60
"""
import argparse
import json
import os
import random
import time

import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F
from tokenizers import Tokenizer

from dataset import normalise, read_cases
from labels import NAMES
from model import DecoderLayer, Maira2, Sizes, causal_attention
from optimizers import descend, optimizers, set_rate
from samples import Encoder, plan_labels
from splices import Splices

HOOK = 2  # the block whose output the dictionary reads
NARROW = 0.5  # share of batches in which later blocks see the report's rows alone
PUSHED = 0.5  # share of samples with pushes inside sentences
FARTHEST = 2.0  # such a push, in differences of two sentence starts
SPLICED = 0.3  # share of samples that are spliced
WITHOUT_PRIOR = 0.5  # share of the cases without a prior that an epoch keeps: comparing is what takes longest to learn
ROUND = 64  # lengths are padded to multiples, so that few are compiled


@torch.no_grad()
def film_features(model, films, batch=256):
    """Vision features of every film without the class token, bf16 [n, patches, d]."""
    out = torch.empty(len(films), model.sizes.patches, model.sizes.vision_dim, dtype=torch.bfloat16)
    for i in range(0, len(films), batch):
        with torch.autocast('cpu', torch.bfloat16):
            out[i:i + batch] = model.vision_tower(normalise(films[i:i + batch]))[:, 1:].to(torch.bfloat16)
    return out


def collate(samples):
    """Ids [b, n]; the rows that predict the completion, [b, m] with row 0 first; targets and weights [b, m]; starts."""
    up = lambda n: -(-n // ROUND) * ROUND
    n = up(max(len(s['prompt']) + len(s['ids']) for s in samples))
    m = up(1 + max(len(s['ids']) for s in samples))
    ids, rows, target = (torch.zeros(len(samples), k, dtype=torch.long) for k in (n, m, m))
    weight = torch.zeros(len(samples), m)
    for i, s in enumerate(samples):
        p, q = len(s['prompt']), len(s['ids'])
        ids[i, :p + q] = torch.tensor(s['prompt'] + s['ids'])
        rows[i, 1:q + 1] = torch.arange(p - 1, p + q - 1)
        target[i, 1:q + 1] = torch.tensor(s['ids'])
        weight[i, 1:q + 1] = torch.tensor(s['weights'])
    return ids, rows, target, weight, weight >= 3.0


def pushes(at_rows, written, starts):
    """Pushes [b, m, d]: on rows inside sentences of some samples, a difference of two sentence starts of the batch."""
    pool = at_rows[starts].detach()
    pick = lambda: pool[torch.randint(len(pool), (len(at_rows),))]
    scale = torch.rand(len(at_rows)) * FARTHEST * (torch.rand(len(at_rows)) < PUSHED)
    return ((pick() - pick()) * scale[:, None])[:, None] * (written & ~starts)[..., None]


def batches(cases, encoder, rng, size, easy):
    """Endless batches of one layout and about one length each, so that padding stays small.

    While easy() holds, frontal films without a prior and without boxes only: short sequences teach looking fastest.
    """
    waiting = {}
    while True:
        order = list(range(len(cases)))
        rng.shuffle(order)
        for k in order:
            if cases[k]['prior'] is not None if easy() else cases[k]['prior'] is None and rng.random() > WITHOUT_PRIOR:
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


def agreed(value):
    """Rank 0's value, in every process."""
    if not dist.is_initialized():
        return value
    box = torch.tensor(value, dtype=torch.float64)
    dist.broadcast(box, 0)
    return box.item()


def main():
    a = argparse.ArgumentParser()
    a.add_argument('data'), a.add_argument('out')
    a.add_argument('--minutes', type=float, default=60)
    a.add_argument('--easy', type=float, default=0.3, help='share of the time spent on films without a prior')
    a.add_argument('--lr', type=float, default=2e-3)
    a.add_argument('--batch', type=int, default=16)
    a.add_argument('--held-out', type=int, default=400)
    a = a.parse_args()
    if 'WORLD_SIZE' in os.environ:
        dist.init_process_group('gloo')
    torch.manual_seed(0)
    tokenizer = Tokenizer.from_file(os.path.join(a.out, 'tokenizer', 'tokenizer.json'))
    sizes = Sizes(vocab=tokenizer.get_vocab_size())
    model = Maira2(sizes)
    plan = nn.Linear(sizes.dim, 2 * len(NAMES))
    path = os.path.join(a.out, 'report.pt')
    if os.path.exists(path):
        saved = torch.load(path)
        model.load_state_dict(saved['model']), plan.load_state_dict(saved['plan'])
        print('resumed', path, flush=True)
    model.vision_tower.load_state_dict(torch.load(os.path.join(a.out, 'vision.pt'))['tower'])
    model.vision_tower.requires_grad_(False)
    torch._dynamo.config.recompile_limit = 64
    DecoderLayer.attend = staticmethod(torch.compile(causal_attention, dynamic=False))
    print('parameters', sum(p.numel() for p in model.parameters()), flush=True)
    opt = optimizers([*model.named_parameters(), *plan.named_parameters()], a.lr, 0.02)
    cases, films = read_cases(a.data)
    cases = cases[a.held_out:]
    encoder = Encoder(tokenizer, sizes.patches)
    features = film_features(model, films)
    truth = [torch.tensor(x) for x in zip(*((torch.tensor(n).tolist(), torch.tensor(b).tolist(), m) for n, b, m in map(plan_labels, cases)))]
    rank = dist.get_rank() if dist.is_initialized() else 0
    splices = Splices(tokenizer)
    # Every process draws the same batches and takes its share of each: equally long, so that none waits for another.
    rng, own, shared = random.Random(int(agreed(time.time()))), random.Random(rank), random.Random(0)
    processes = dist.get_world_size() if dist.is_initialized() else 1
    torch.manual_seed(rank)
    t0, step, losses, share = time.time(), 0, [], 0.0
    for samples in batches(cases, encoder, rng, a.batch * processes, lambda: share < a.easy):
        share = agreed((time.time() - t0) / (a.minutes * 60))
        if share >= 1:
            break
        set_rate(opt, a.lr * min(1, (step + 1) / 200) * (0.03 + 0.97 * (1 - share)))
        samples = [splices.splice(s, own) if own.random() < SPLICED else s for s in samples[rank::processes]]
        ids, rows, target, weight, starts = collate(samples)
        across = lambda t, x: t[..., None].expand(-1, -1, x.shape[-1])
        residual = []

        def push(x):
            residual.append(x.gather(1, across(rows, x)))
            spliced = torch.tensor(['push' in s for s in samples])[:, None, None]
            by = torch.where(spliced, splices.pushes(samples, residual[0]), pushes(residual[0], weight > 0, starts))
            return x.scatter_add(1, across(rows, x), by.to(x.dtype))

        with torch.autocast('cpu', torch.bfloat16):
            images = model.multi_modal_projector(features[[f for s in samples for f in s['films']]])
            x = model.embed(ids, images, encoder.image)
            narrow = shared.random() < NARROW
            h = model.language_model(x, {HOOK: push}, (HOOK if narrow else len(model.language_model.model.layers) - 1, rows))
            written = weight > 0
            logits = model.language_model.lm_head(h[written])
            guess = plan(residual[0][starts])
        loss = (F.cross_entropy(logits.float(), target[written], reduction='none') * weight[written]).sum() / weight.sum()
        case = torch.tensor([s['case'] for s in samples])[:, None].expand_as(starts)[starts]
        now, before = guess.float().chunk(2, -1)
        aux = F.binary_cross_entropy_with_logits(now, truth[0][case]) + (
            F.binary_cross_entropy_with_logits(before, truth[1][case], reduction='none').mean(-1) * truth[2][case]).mean()
        descend(opt, loss + aux)
        splices.remember(samples, residual[0])
        step += 1
        losses.append((loss.item(), aux.item()))
        if rank == 0 and step % 50 == 0:
            mean = [round(sum(x) / len(x), 4) for x in zip(*losses[-50:])]
            print('step', step, 'report', mean[0], 'plan', mean[1], round(time.time() - t0), 's', flush=True)
        if rank == 0 and step % 500 == 0:
            torch.save(dict(model=model.state_dict(), plan=plan.state_dict()), path)
    if rank == 0:
        torch.save(dict(model=model.state_dict(), plan=plan.state_dict()), path)


if __name__ == '__main__':
    main()
