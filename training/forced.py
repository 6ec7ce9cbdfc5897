"""Accuracy at the words that decide, with every word before them given: python forced.py DATA OUT [--cases 160]

Tells what reading the films lacks from what writing alone loses. Printed for held-out cases with a prior and for cases
that the report stage was trained on: a gap between the two asks for more films, not for more steps.
"""
import argparse
import random

import torch

from dataset import read_cases
from samples import CHANGE
from score import load
from train_report import collate, film_features

SIZES = {'small', 'moderate', 'large', 'mild', 'severe'}
KINDS = {'change': lambda word: word in CHANGE, 'size': lambda word: word.lower() in SIZES}


@torch.no_grad()
def forced(model, tokenizer, encoder, cases, films):
    """{kind: (share of its words right, share of cases with all of them right)}."""
    used = sorted({f for c in cases for f in c['films'].values() if f is not None})
    at = {film: i for i, film in enumerate(used)}
    features = film_features(model, films[used]).float()
    samples = [encoder.sample(c, random.Random(3), 0.0, 0.0) for c in cases]
    ids_of = {kind: {i for piece, i in tokenizer.get_vocab().items() if is_one(piece.lstrip('▁'))} for kind, is_one in KINDS.items()}
    hits = {kind: [] for kind in KINDS}
    for k in range(0, len(samples), 20):
        chunk = samples[k:k + 20]
        ids, rows, target, weight, _ = collate(chunk)
        images = model.multi_modal_projector(features[[at[f] for s in chunk for f in s['films']]])
        last = len(model.language_model.model.layers) - 1
        h = model.language_model(model.embed(ids, images, encoder.image), {}, (last, rows))
        guess = model.language_model.lm_head(h).argmax(-1)
        for kind, wanted in ids_of.items():
            for row in range(len(chunk)):
                words = [t for t in range(target.shape[1]) if weight[row, t] > 0 and target[row, t].item() in wanted]
                hits[kind].append([bool(guess[row, t] == target[row, t]) for t in words])
    share = lambda values: sum(values) / max(1, len(values))
    return {kind: (share([hit for case in of for hit in case]), share([all(case) for case in of])) for kind, of in hits.items()}


def main():
    a = argparse.ArgumentParser()
    a.add_argument('data'), a.add_argument('out')
    a.add_argument('--cases', type=int, default=160)
    a.add_argument('--held-out', type=int, default=400)
    a = a.parse_args()
    model, tokenizer, encoder = load(a.out)
    cases, films = read_cases(a.data)
    for name, some in (('held out', cases[:a.held_out]), ('trained on', cases[a.held_out:])):
        prior = [c for c in some if c['prior'] is not None][:a.cases]
        for kind, (words, whole) in forced(model, tokenizer, encoder, prior, films).items():
            print(f'{name}: {kind} words right {words:.3f}, all of them in {whole:.3f} of {len(prior)} cases')


if __name__ == '__main__':
    main()
