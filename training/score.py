"""Quick scores of generated reports while training: python score.py DATA OUT [--cases N]

A first look only. The bars are measured by the test suite through the host's own path.
"""
import argparse
import os
import random
import re
import time

import torch
from tokenizers import Tokenizer

from dataset import read_cases
from generate import Prompted, groups
from model import Maira2, Sizes
from samples import Encoder
from train_report import film_features

KINDS = {
    'cardiomegaly': r'cardiomegaly|enlarged', 'edema': r'edema(?! has resolved)', 'opacity': r'opacity (?!has)|opacity\.|consolidation (?!has)',
    'nodule': r'nodule', 'atelectasis': r'atelectasis(?! has resolved)', 'effusion-left': r'(left|bilateral) pleural effusion(?!s? has resolved)',
    'effusion-right': r'(right|bilateral) pleural effusion(?!s? has resolved)', 'pneumothorax': r'pneumothorax(?! has resolved)',
    'low': r'volumes are low|Low lung|volumes remain low|volumes are lower', 'ett': r'ndotracheal tube(?! has been)', 'ngt': r'nteric tube(?! has been)',
    'line': r'venous catheter(?! has been)', 'pacemaker': r'pacemaker(?! has been)', 'wires': r'sternotomy', 'drain': r'(chest tube|drain)(?! has been)',
}
CHANGE = re.compile(r'new|unchanged|increased|decreased|worsened|improved|resolved|removed', re.I)


def sentences(text):
    return [s for s in (s.strip() for s in text.split('.')) if s and not re.match(r'(No|There is no) ', s)]


def kinds(text):
    return {k for k, p in KINDS.items() if any(re.search(p, s) for s in sentences(text))}


def report_scores(pairs):
    lines, total = [], 0
    for k in KINDS:
        tp = sum(k in kinds(a) and k in kinds(b) for a, b in pairs)
        n = sum((k in kinds(a)) + (k in kinds(b)) for a, b in pairs)
        total += 2 * tp / max(1, n)
        lines.append(f'{k} {2 * tp / max(1, n):.2f}')
    same = [s in sentences(b) for a, b in pairs for s in sentences(a)]
    return total / len(KINDS), ' '.join(lines), sum(same) / max(1, len(same))


def load(out):
    tokenizer = Tokenizer.from_file(os.path.join(out, 'tokenizer', 'tokenizer.json'))
    model = Maira2(Sizes(vocab=tokenizer.get_vocab_size()))
    model.load_state_dict(torch.load(os.path.join(out, 'report.pt'))['model'])
    return model.eval(), tokenizer, Encoder(tokenizer, model.sizes.patches)


def main():
    a = argparse.ArgumentParser()
    a.add_argument('data'), a.add_argument('out')
    a.add_argument('--cases', type=int, default=200)
    a = a.parse_args()
    model, tokenizer, encoder = load(a.out)
    cases, films = read_cases(a.data)
    cases = cases[:a.cases]
    features = film_features(model, films[:max(f for c in cases for f in c['films'].values() if f is not None) + 1])
    rng = random.Random(7)
    for grounded in (0.0, 1.0):
        samples = [encoder.sample(c, rng, grounded) for c in cases]
        texts, t0 = [''] * len(cases), time.time()
        for index in groups(samples):
            prompted = Prompted(model, encoder, [samples[i] for i in index], features)
            for i, ids in zip(index, prompted.run(hook=None, limit=110 if not grounded else 220)):
                texts[i] = tokenizer.decode(ids, skip_special_tokens=False)
        strip = lambda t: re.sub(r'<box>.*?</box>|</?obj>', ' ', t)
        pairs = [(' '.join(s['text'] for s in c['report']), re.sub(r' +', ' ', strip(t))) for c, t in zip(cases, texts)]
        macro, detail, exact = report_scores(pairs)
        print(f"{'grounded' if grounded else 'plain'} macro {macro:.3f} sentences equal {exact:.3f} ({time.time() - t0:.0f} s) {detail}")
        for (want, got), t in list(zip(pairs, texts))[:4]:
            print('  want', want), print('  got ', t)


if __name__ == '__main__':
    main()
