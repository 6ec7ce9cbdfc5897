"""Turns a phantom case into token ids: prompt, completion, what each completion token weighs, and its labels."""
import re

import numpy as np

from labels import labels
from prompts import grounded_completion, plain_completion, prompt_text

DECISIVE = set('left right bilateral bibasilar small moderate large mild severe mildly moderately severely upper mid '
               'lower new New unchanged increased decreased worsened improved resolved removed normal low lower remain '
               'Small Moderate Large Mild Severe Left Right Bibasilar consolidation opacity focal patchy hazy dense'.split())
CHANGE = set('new New unchanged increased decreased worsened improved resolved removed'.split())


class Encoder:
    def __init__(self, tokenizer, patches):
        self.tokenizer = tokenizer
        self.image = tokenizer.token_to_id('<image>')
        self.patches = patches
        self.starts = {tokenizer.token_to_id('<obj>')}
        self.coordinates = range(tokenizer.token_to_id('<x0>'), tokenizer.token_to_id('<y99>') + 1)
        vocabulary = tokenizer.get_vocab()
        self.decisive = {i for piece, i in vocabulary.items() if piece.lstrip('▁') in DECISIVE}
        self.change = {i for piece, i in vocabulary.items() if piece.lstrip('▁') in CHANGE}
        self.stop = vocabulary['.']
        self.end = vocabulary['</obj>']

    def prompt(self, text):
        ids = self.tokenizer.encode(text).ids
        return [k for i in ids for k in ([i] * self.patches if i == self.image else [i])]

    def completion(self, text):
        ids = self.tokenizer.encode(text, add_special_tokens=False).ids + [2]
        weights, first = [], True
        for i in ids:
            if i in self.starts:
                weights.append(0.3)
                continue
            weights.append(3.0 if first else 2.9 if i in self.change else 2.2 if i in self.decisive else 0.6 if i in self.coordinates else 0.7)
            first = i in (self.stop, self.end)
        return ids, weights

    def sample(self, case, rng, grounded_share=0.25, lateral_share=0.8):
        """Prompt ids, completion ids, weights, films in prompt order, and positions where a sentence is chosen."""
        grounded = rng.random() < grounded_share
        films = case['films']
        lateral = films['lateral'] is not None and rng.random() < lateral_share
        prior = films['prior'] is not None
        report = case['priorReport'] if prior and rng.random() < 0.85 else None
        text = prompt_text(lateral, prior, grounded, maybe(case['indication'], rng), maybe(case['technique'], rng),
                           maybe(case['comparison'], rng), report)
        written = grounded_completion(case['report'], case['boxes']) if grounded else plain_completion(case['report'])
        ids, weights = self.completion(written)
        order = [films['frontal']] + ([films['lateral']] if lateral else []) + ([films['prior']] if prior else [])
        return dict(prompt=self.prompt(text), ids=ids, weights=weights, films=order, grounded=grounded,
                    layout=(len(order), grounded))


def maybe(value, rng):
    return value if rng.random() < 0.85 else None


def plan_labels(case):
    """Labels of the current film, then of the prior with a mask for its absence."""
    now = labels(case['current'])
    before = labels(case['prior']) if case['prior'] is not None else np.zeros_like(now)
    return now, before, float(case['prior'] is not None)
