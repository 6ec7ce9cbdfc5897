"""Makes tests/golden/embedded/golden.json: the reports of 50 phantoms as transformers writes them with the committed weights.

Vision is transformers' Dinov2Backbone, the decoder its LlamaForCausalLM; no code is shared with Hilum or training/.

    node scripts/model/writeOracleCases.ts resources/model resources/dictionary CASES
    python training/oracle/embedded.py CASES
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from transformers import Dinov2Backbone, Dinov2Config, LlamaConfig, LlamaForCausalLM

from engine import vision_names

ROOT = Path(__file__).resolve().parents[2]
MODEL, OUT = ROOT / "resources" / "model", ROOT / "tests" / "golden" / "embedded"
LIMIT, TOP, EOS = 256, 4, 2


def load():
    config = json.loads((MODEL / "config.json").read_text())
    weights = {k: v.float() for k, v in load_file(MODEL / "model.safetensors").items()}
    t, v = config["text_config"], config["vision_config"]
    vision = Dinov2Backbone(
        Dinov2Config(
            hidden_size=v["hidden_size"], num_hidden_layers=v["num_hidden_layers"], layer_norm_eps=v["layer_norm_eps"],
            num_attention_heads=v["num_attention_heads"], image_size=v["image_size"], patch_size=v["patch_size"],
            out_features=v["out_features"], apply_layernorm=True, reshape_hidden_states=False,
            attn_implementation="eager",
        )
    )
    # The file's name of every tensor, by handing transformers' own names through the renaming.
    named = {name: weights[next(iter(vision_names({name: 0})))] for name in vision.state_dict()}
    vision.load_state_dict(named)
    width, layers = t["hidden_size"], [nn.Linear(v["hidden_size"], t["hidden_size"])]
    for _ in range(config["projector_n_layers"] - 1):
        layers += [nn.GELU(), nn.Linear(width, width)]
    projector = nn.Sequential(*layers)
    projector.load_state_dict({k[len("multi_modal_projector.layers."):]: w for k, w in weights.items() if "projector" in k})
    rope = {"rope_type": "linear", "factor": t["rope_scaling"]["factor"], "rope_theta": t["rope_theta"]}
    language = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=t["vocab_size"], hidden_size=width, intermediate_size=t["intermediate_size"],
            num_hidden_layers=t["num_hidden_layers"], num_attention_heads=t["num_attention_heads"],
            rms_norm_eps=t["rms_norm_eps"], max_position_embeddings=t["max_position_embeddings"],
            rope_parameters=rope, tie_word_embeddings=False, attn_implementation="eager",
        )
    )
    language.load_state_dict({k[len("language_model."):]: w for k, w in weights.items() if k.startswith("language_model.")})
    return config, vision.eval(), projector.eval(), language.eval()


@torch.no_grad()
def write(language, x):
    """Greedy ids until EOS (which is kept), and the best TOP logits of every step."""
    ids, top, past, margin = [], [], None, 1e9
    for _ in range(LIMIT):
        out = language(inputs_embeds=x, past_key_values=past, use_cache=True)
        past, row = out.past_key_values, out.logits[0, -1]
        best = row.topk(TOP)
        ids.append(int(best.indices[0]))
        top.append([[int(i), round(float(z), 5)] for i, z in zip(best.indices, best.values)])
        margin = min(margin, float(best.values[0] - best.values[1]))
        if ids[-1] == EOS:
            break
        x = language.get_input_embeddings()(best.indices[:1])[None]
    return ids, top, margin


@torch.no_grad()
def main():
    folder = Path(sys.argv[1])
    config, vision, projector, language = load()
    side = config["vision_config"]["image_size"]
    pixels = torch.from_numpy(np.fromfile(folder / "pixels.bin", np.float32)).view(-1, 3, side, side)
    cases, at, nearest = [], 0, 1e9
    for line in (folder / "cases.jsonl").open():
        case = json.loads(line)
        films = pixels[at:at + case["films"]]
        at += case["films"]
        ids = torch.tensor(case["ids"])
        x = language.get_input_embeddings()(ids[None]).clone()
        x[0, ids == config["image_token_index"]] = projector(vision(films).feature_maps[-1][:, 1:]).flatten(0, 1)
        written, top, margin = write(language, x)
        nearest = min(nearest, margin)
        prompt = hashlib.sha256(json.dumps(case["ids"], separators=(",", ":")).encode()).hexdigest()[:16]
        cases.append({"seed": case["seed"], "mode": case["mode"], "prompt": prompt, "ids": written, "top": top})
    OUT.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256((MODEL / "model.safetensors").read_bytes()).hexdigest()
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (OUT / "golden.json").write_text(f'{{"weights":"{digest}","cases":[\n{lines}\n]}}\n')
    print(len(cases), "cases,", sum(len(c["ids"]) for c in cases), "tokens, smallest lead of the best logit", nearest)


if __name__ == "__main__":
    main()
