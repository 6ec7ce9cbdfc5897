"""Starts a run from the committed checkpoint: python resume.py RESOURCES OUT

Writes vision.pt, report.pt and the tokenizer into OUT, with fresh auxiliary heads (they are thrown away after training
and relearned in a few hundred steps), so that the stages go on from the committed weights.
"""
import os
import shutil
import sys

import torch
from safetensors.torch import load_file

from labels import NAMES
from model import Maira2, Sizes
from train_vision import VisionHeads

TOKENIZER = ('tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json')


def main():
    resources, out = sys.argv[1:3]
    folder = os.path.join(resources, 'model')
    weights = {k: v.float() for k, v in load_file(os.path.join(folder, 'model.safetensors')).items()}
    sizes = Sizes(vocab=weights['language_model.lm_head.weight'].shape[0])
    model = Maira2(sizes)
    model.load_state_dict(weights)
    os.makedirs(os.path.join(out, 'tokenizer'), exist_ok=True)
    for name in TOKENIZER:
        shutil.copy(os.path.join(folder, name), os.path.join(out, 'tokenizer'))
    heads = VisionHeads(sizes.vision_dim)
    torch.save(dict(tower=model.vision_tower.state_dict(), heads=heads.state_dict()), os.path.join(out, 'vision.pt'))
    plan = torch.nn.Linear(sizes.dim, 2 * len(NAMES))
    torch.save(dict(model=model.state_dict(), plan=plan.state_dict()), os.path.join(out, 'report.pt'))


if __name__ == '__main__':
    main()
