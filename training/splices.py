"""Splices: practice for steering. A sample's text takes up a sentence of another report, told by a push alone.

The push leads from the sample's own sentence start towards a start (or the mean of the starts) before which such a
sentence was chosen, and stays on until the report ends, as an intervention does. The text asked for then says that
sentence once, does not contradict it, and goes on with the sample's own report. Starts are remembered across batches,
so that rare findings and comparisons come as often as common ones, and also where there is no prior.
"""
import random
import re
from collections import defaultdict, deque

import torch

TOPICS = [(name, re.compile(pattern, re.I)) for name, pattern in (
    ('negatives', r'^(No|There is no) (focal|pleural|pneumo)'), ('volumes', r'volumes|well expanded'),
    ('endotracheal', r'endotracheal'), ('enteric', r'enteric'), ('line', r'venous catheter'), ('pacemaker', r'pacemaker'),
    ('wires', r'sternotomy'), ('drain', r'chest tube|pleural drain'), ('heart', r'heart|cardi'), ('edema', r'edema|vascularity'),
    ('opacity', r'consolidation|opacity'), ('nodule', r'nodule'), ('atelectasis', r'atelectasis'),
    ('effusion', r'effusion'), ('pneumothorax', r'pneumothorax'))]
CHANGE = re.compile(r'\b(new|unchanged|increased|decreased|worsened|improved)\b', re.I)
NEGATED_TOGETHER = {'opacity', 'effusion', 'pneumothorax'}  # the closing sentence denies these
REMEMBERED = 48  # starts kept of each topic
AT_FIRST = 0.5  # share of splices at the report's first sentence
COMPARING = 0.2  # share of splices that put in a sentence about change


def topic(text):
    return next((name for name, pattern in TOPICS if pattern.search(text)), 'other')


def sentences(ids, weights):
    """(first, end) of each sentence of a plain completion; the end token stands alone and is left out."""
    firsts = [i for i, w in enumerate(weights) if w >= 3.0]
    return list(zip(firsts, firsts[1:]))


class Splices:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.remembered = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self.mean = None

    def text(self, ids):
        return self.tokenizer.decode(ids).strip()

    def remember(self, samples, at_rows):
        """Keeps the residuals [b, m, d] of the sentence starts of plain, unspliced samples."""
        for s, rows in zip(samples, at_rows.detach()):
            if s['grounded'] or 'push' in s:
                continue
            for first, end in sentences(s['ids'], s['weights']):
                said = s['ids'][first:end]
                words = self.text(said)
                start = (rows[first + 1].float(), said, s['weights'][first:end], topic(words))
                self.mean = start[0] if self.mean is None else self.mean.lerp(start[0], 0.002)
                for name in (start[3], 'change') if CHANGE.search(words) else (start[3],):
                    self.remembered[name].append(start)

    def splice(self, sample, rng: random.Random):
        """The sample with one remembered sentence put in, or as it is where that cannot be done."""
        known = [t for t, kept in self.remembered.items() if len(kept) >= 8 and t not in ('negatives', 'volumes', 'other')]
        if sample['grounded'] or not known:
            return sample
        name = 'change' if 'change' in known and rng.random() < COMPARING else rng.choice(known)
        kept = list(self.remembered[name])
        vector, said, said_weights, about = rng.choice(kept)
        ids, weights, at = sample['ids'], sample['weights'], None
        spans = [(first, end, topic(self.text(ids[first:end]))) for first, end in sentences(ids, weights)]
        denied = {about, 'negatives'} if about in NEGATED_TOGETHER else {about}
        own = [span for span in spans if span[2] not in denied]
        place = 0 if rng.random() < AT_FIRST else rng.randrange(len(own) + 1)
        new_ids, new_weights = [], []
        for k in range(len(own) + 1):
            if k == place:
                at = len(new_ids)
                new_ids, new_weights = new_ids + said, new_weights + said_weights
            if k < len(own):
                first, end, _ = own[k]
                new_ids, new_weights = new_ids + ids[first:end], new_weights + weights[first:end]
        towards_mean = rng.random() < 0.5
        push = dict(
            at=at, to=torch.stack([k[0] for k in kept]).mean(0) if towards_mean else vector, mean=towards_mean,
            scale=rng.uniform(1.0, 2.5) if towards_mean else rng.uniform(0.8, 1.6), later=rng.random() < 0.8)
        return {**sample, 'ids': new_ids + ids[-1:], 'weights': new_weights + weights[-1:], 'push': push}

    def pushes(self, samples, at_rows):
        """[b, m, d]: what the spliced samples' residuals are pushed by, at the chosen start and, mostly, after it."""
        out = torch.zeros_like(at_rows, dtype=torch.float32)
        for k, s in enumerate(samples):
            p = s.get('push')
            if p is None:
                continue
            first = p['at'] + 1
            here = self.mean if p['mean'] else at_rows[k, first].detach().float()
            last = len(s['ids']) + 1 if p['later'] else first + 1
            out[k, first:last] = p['scale'] * (p['to'] - here)
        return out
