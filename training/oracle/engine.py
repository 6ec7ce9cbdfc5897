"""Makes tests/golden/engine: a tiny random checkpoint in MAIRA-2's layout, a dictionary in the layout of
dictionary_learning, and what PyTorch says they compute.

The oracle shares no code with Hilum: vision is transformers' Dinov2Backbone, the decoder LlamaForCausalLM run
without a KV cache, steering a forward hook, the dictionary dictionary_learning's MatryoshkaBatchTopKSAE.

    pip install torch transformers safetensors einops tqdm
    pip install --no-deps dictionary-learning
    python training/oracle/engine.py
"""

import hashlib
import importlib.util
import json
import shutil
import sys
import types
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import Dinov2Backbone, Dinov2Config, LlamaConfig, LlamaForCausalLM

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "engine"
SEED, STEPS, HOOK = 11, 64, 1
VOCAB, IMAGE_TOKEN, WIDTH, LAYERS, HEADS, FF = 300, 297, 64, 4, 4, 112
V_WIDTH, V_LAYERS, V_HEADS, IMAGE, PATCH = 32, 2, 2, 48, 16
FEATURES, K, GROUPS = 96, 8, [12, 24, 60]
PATCHES = (IMAGE // PATCH) ** 2


def dictionary_class():
    """The package's own __init__ imports a language-model toolkit we do not need; this goes around it."""
    root = Path(importlib.util.find_spec("dictionary_learning").submodule_search_locations[0])
    for name in ("dictionary_learning", "dictionary_learning.trainers"):
        package = types.ModuleType(name)
        package.__path__ = [str(root / name.partition(".")[2])]
        sys.modules[name] = package
    from dictionary_learning.trainers.matryoshka_batch_top_k import MatryoshkaBatchTopKSAE

    return MatryoshkaBatchTopKSAE


class Projector(nn.Module):
    def __init__(self):
        super().__init__()
        steps = [nn.Linear(V_WIDTH, WIDTH)]
        for _ in range(3):
            steps += [nn.GELU(), nn.Linear(WIDTH, WIDTH)]
        self.layers = nn.Sequential(*steps)

    def forward(self, x):
        return self.layers(x)


def randomise(module, generator):
    """Random values large enough that every part of the network shows in the logits, rounded to bfloat16."""
    with torch.no_grad():
        for name, p in module.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if p.ndim >= 2 and "embed" not in name and "token" not in name:
                p.copy_(noise * 1.2 / (p[0].numel() ** 0.5))
            elif "lambda1" in name:
                p.copy_(0.6 + 0.2 * noise)
            elif "norm" in name and name.endswith("weight"):
                p.copy_(1 + 0.2 * noise)
            else:
                p.copy_(noise * (0.5 if p.ndim >= 2 else 0.1))
            p.copy_(p.bfloat16().float())
    return module.eval()


def vision_names(state):
    """transformers' names of today -> the names in MAIRA-2's files (reference: transformers 4.51 Dinov2)."""
    renames = {
        "embeddings.patch_embeddings.projection": "embeddings.patch_embeddings.projection",
        "attention.q_proj": "attention.attention.query",
        "attention.k_proj": "attention.attention.key",
        "attention.v_proj": "attention.attention.value",
        "attention.o_proj": "attention.output.dense",
    }
    out = {}
    for name, tensor in state.items():
        for new, old in renames.items():
            name = name.replace(new, old)
        out["vision_tower." + name] = tensor
    return out


def main():
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(SEED)
    vision = randomise(
        Dinov2Backbone(
            Dinov2Config(
                hidden_size=V_WIDTH, num_hidden_layers=V_LAYERS, num_attention_heads=V_HEADS, image_size=IMAGE,
                patch_size=PATCH, out_features=[f"stage{V_LAYERS}"], apply_layernorm=True,
                reshape_hidden_states=False, attn_implementation="eager",
            )
        ),
        generator,
    )
    projector = randomise(Projector(), generator)
    rope = {"rope_type": "linear", "factor": 1.5, "rope_theta": 10000.0}
    language = randomise(
        LlamaForCausalLM(
            LlamaConfig(
                vocab_size=VOCAB, hidden_size=WIDTH, intermediate_size=FF, num_hidden_layers=LAYERS,
                num_attention_heads=HEADS, rms_norm_eps=1e-5, max_position_embeddings=512, rope_parameters=rope,
                tie_word_embeddings=False, attn_implementation="eager",
            )
        ),
        generator,
    )

    def image_tokens(pixels):
        with torch.no_grad():
            return projector(vision(pixels).feature_maps[-1][:, 1:])

    def prompt(images):
        words = lambda n: torch.randint(3, 290, (n,), generator=generator).tolist()  # noqa: E731
        ids = [1] + words(6)
        for _ in range(images):
            ids += [IMAGE_TOKEN] * PATCHES + words(3)
        return ids + words(8)

    def forward(ids, features, hook=None):
        """Logits of every position and the residual after block HOOK (before the hook touches it)."""
        x = language.get_input_embeddings()(torch.tensor([ids])).clone()
        rows = features.reshape(-1, WIDTH)
        places = (torch.tensor(ids) == IMAGE_TOKEN).nonzero()[: len(rows), 0]  # a generated one is a plain token
        x[0, places] = rows
        seen = []

        def at_hook(_module, _inputs, output):
            h = output[0] if isinstance(output, tuple) else output
            seen.append(h[0].clone())
            if hook is not None:
                h = hook(h.clone())
            return (h, *output[1:]) if isinstance(output, tuple) else h

        handle = language.model.layers[HOOK].register_forward_hook(at_hook)
        with torch.no_grad():
            logits = language(inputs_embeds=x, use_cache=False).logits[0]
        handle.remove()
        return logits, seen[0]

    def greedy(ids, features, hook=None, steps=STEPS):
        ids, rows = list(ids), []
        for _ in range(steps):
            row = forward(ids, features, hook)[0][-1]
            rows.append(row)
            ids.append(int(row.argmax()))
        rows = torch.stack(rows)
        best = rows.topk(2).values
        return ids[-steps:], rows, float((best[:, 0] - best[:, 1]).min())

    pixels = torch.randn(2, 3, IMAGE, IMAGE, generator=generator)
    features = image_tokens(pixels)
    prompts = {"one": prompt(1), "two": prompt(2)}
    shown = {"one": features[:1], "two": features}

    # The dictionary: random directions, threshold set so that about K features are active per token.
    Dictionary = dictionary_class()
    torch.manual_seed(SEED)
    sae = Dictionary(WIDTH, FEATURES, K, GROUPS)
    residuals = torch.cat([forward(prompts[n], shown[n])[1] for n in prompts])
    with torch.no_grad():
        sae.b_dec.copy_(residuals.mean(0))
        sae.b_enc.copy_(0.1 * torch.randn(FEATURES, generator=generator))
        sae.W_enc.add_(0.05 * torch.randn(sae.W_enc.shape, generator=generator))
        raw = sae.encode(residuals)
        sae.threshold.fill_(float(raw.flatten().topk(K * len(residuals)).values[-1]) * 0.999)
        codes = sae.encode(residuals)
        decoded = sae.decode(codes)
    maxima = codes.max(0).values
    # For ablation: the feature that takes part most often while the baseline is written.
    written = prompts["two"] + greedy(prompts["two"], shown["two"])[0]
    with torch.no_grad():
        writing = sae.encode(forward(written, shown["two"])[1][len(prompts["two"]) - 1 :])
    active = int((writing > 0).sum(0).argmax())
    strongest = [int(i) for i in maxima.topk(3).indices]

    def adding(terms, first):
        def hook(h):
            for feature, strength in terms:
                h[:, first:] += strength * float(maxima[feature]) * sae.W_dec.data[feature]
            return h

        return hook

    def ablating(terms, first):
        def hook(h):
            z = sae.encode(h[0]).detach()
            for feature in terms:
                h[0, first:] -= z[first:, feature, None] * sae.W_dec.data[feature]
            return h

        return hook

    ids = prompts["two"]
    last = len(ids) - 1
    terms = [(strongest[0], 0.6), (strongest[1], -0.4)]
    runs = {
        "baseline": ("two", None, None),
        "single-image": ("one", None, None),
        "add-generated": ("two", {"terms": terms, "method": "add", "positions": "generated"}, adding(terms, last)),
        "add-all": ("two", {"terms": terms, "method": "add", "positions": "all"}, adding(terms, 1)),
        "ablate-generated": (
            "two", {"terms": [(active, 1)], "method": "ablate", "positions": "generated"}, ablating([active], last)),
        "ablate-all": ("two", {"terms": [(active, 1)], "method": "ablate", "positions": "all"}, ablating([active], 1)),
    }
    golden = {"pixels": pixels, "image_tokens": features, "sae_x": residuals[:24], "sae_codes": codes[:24],
              "sae_decoded": decoded[:24], "prompt_logits": forward(ids, shown["two"])[0],
              "prompt_residual": forward(ids, shown["two"])[1]}
    facts = {"prompts": prompts, "hook": HOOK, "runs": {}}
    for name, (which, intervention, hook) in runs.items():
        new, rows, margin = greedy(prompts[which], shown[which], hook)
        golden[f"logits/{name}"] = rows if name in ("baseline", "add-generated") else rows[:16]
        facts["runs"][name] = {"prompt": which, "ids": new}
        if intervention:
            intervention["terms"] = [{"feature": f, "strength": s} for f, s in intervention["terms"]]
            facts["runs"][name]["intervention"] = intervention
        print(f"{name}: smallest lead of the best logit {margin:.4f}, {len(set(new))} different tokens")

    # Files. The checkpoint is two shards, bfloat16, in the layout of Microsoft's snapshot.
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "checkpoint").mkdir(parents=True)
    (OUT / "dictionary").mkdir()
    tensors = vision_names(vision.state_dict())
    tensors |= {"multi_modal_projector." + k: v for k, v in projector.state_dict().items()}
    shards = [tensors, {"language_model." + k: v for k, v in language.state_dict().items()}]
    index = {}
    for number, shard in enumerate(shards, 1):
        file = f"model-{number:05}-of-{len(shards):05}.safetensors"
        save_file({k: v.bfloat16().contiguous() for k, v in shard.items()}, OUT / "checkpoint" / file)
        index |= dict.fromkeys(shard, file)
    total = sum(v.numel() * 2 for shard in shards for v in shard.values())
    write_json(OUT / "checkpoint" / "model.safetensors.index.json",
               {"metadata": {"total_size": total}, "weight_map": dict(sorted(index.items()))})
    write_json(OUT / "checkpoint" / "config.json", {
        "architectures": ["Maira2ForConditionalGeneration"], "model_type": "maira2", "hidden_size": WIDTH,
        "ignore_index": -100, "image_token_index": IMAGE_TOKEN, "pad_token_id": 0, "projector_hidden_act": "gelu",
        "projector_n_layers": 4, "vision_feature_layer": -1, "vision_feature_select_strategy": "default",
        "torch_dtype": "bfloat16",
        "text_config": {
            "model_type": "llama", "hidden_size": WIDTH, "intermediate_size": FF, "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS, "rms_norm_eps": 1e-5, "vocab_size": VOCAB,
            "max_position_embeddings": 512, "rope_scaling": {"factor": 1.5, "type": "linear"}},
        "vision_config": {
            "model_type": "dinov2", "architectures": ["Dinov2Model"], "hidden_size": V_WIDTH,
            "num_hidden_layers": V_LAYERS, "num_attention_heads": V_HEADS, "mlp_ratio": 4, "image_size": IMAGE,
            "patch_size": PATCH, "layer_norm_eps": 1e-6, "apply_layernorm": True, "reshape_hidden_states": False,
            "out_features": [f"stage{V_LAYERS}"]},
    })
    save_file({k: v.contiguous() for k, v in sae.state_dict().items()}, OUT / "dictionary" / "dictionary.safetensors")
    write_json(OUT / "dictionary" / "config.json", {"trainer": {
        "dict_class": "MatryoshkaBatchTopKSAE", "activation_dim": WIDTH, "dict_size": FEATURES, "k": K,
        "group_sizes": GROUPS, "layer": HOOK, "lm_name": "random", "submodule_name": "residual"}})
    density = (codes > 0).float().mean(0)
    write_json(OUT / "dictionary" / "features.json", [
        {"index": i, "interpretation": "", "detectionScore": None, "density": round(float(density[i]), 6),
         "maxActivation": float(maxima[i]), "targets": [], "comparison": False, "effect": None, "exemplars": []}
        for i in range(FEATURES)])
    save_file({k: v.float().contiguous() for k, v in golden.items()}, OUT / "golden.safetensors")
    write_json(OUT / "golden.json", facts)
    for path in sorted(OUT.rglob("*")):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            print(f"{path.relative_to(OUT)} {path.stat().st_size} {digest}")


def write_json(path, value):
    path.write_text(json.dumps(value, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
