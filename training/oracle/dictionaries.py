"""Makes tests/golden/dictionaries: sparse autoencoders as their trainers save them, and what they compute.

dictionary_learning's classes are the package's own. The two other dialects have no package: the classes below
say in PyTorch what their repositories document (bartbussmann/matryoshka_sae, noanabeshima/matryoshka-saes).

    pip install torch safetensors einops tqdm
    pip install --no-deps dictionary-learning
    python training/oracle/dictionaries.py
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

sys.path.insert(0, str(Path(__file__).parent))
from engine import dictionary_class  # noqa: E402

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "dictionaries"
WIDTH, FEATURES, K, GROUPS, TOKENS, LAYER = 16, 40, 5, [4, 8, 28], 10, 2


class TokenNormalised(nn.Module):
    """bartbussmann/matryoshka_sae: b_enc is there and not used; with unit_norm each token is standardised."""

    def __init__(self, unit_norm, generator):
        super().__init__()
        self.unit_norm = unit_norm
        w = torch.randn(FEATURES, WIDTH, generator=generator)
        self.W_dec = nn.Parameter(w / w.norm(dim=1, keepdim=True))
        self.W_enc = nn.Parameter(self.W_dec.data.t().contiguous() + 0.05 * torch.randn(WIDTH, FEATURES, generator=generator))
        self.b_enc = nn.Parameter(torch.randn(FEATURES, generator=generator))
        self.b_dec = nn.Parameter(0.2 * torch.randn(WIDTH, generator=generator))
        self.register_buffer("threshold", torch.tensor(0.8))

    def run(self, x):
        mean, deviation = torch.zeros(len(x), 1), torch.ones(len(x), 1)
        if self.unit_norm:
            mean = x.mean(-1, keepdim=True)
            x = x - mean
            deviation = x.std(-1, keepdim=True)
            x = x / (deviation + 1e-5)
        z = torch.relu((x - self.b_dec) @ self.W_enc)
        z = torch.where(z > self.threshold, z, torch.zeros_like(z))
        return z, (z @ self.W_dec + self.b_dec) * deviation + mean


class Normalizer(nn.Module):
    def __init__(self, average):
        super().__init__()
        self.running_avg = nn.Parameter(torch.tensor([average]), requires_grad=False)


class RunningAverage(nn.Module):
    """noanabeshima/matryoshka-saes: activations count in units of the residual, times their direction's length."""

    def __init__(self, average, generator):
        super().__init__()
        self.W_enc = nn.Parameter(torch.randn(WIDTH, FEATURES, generator=generator) / WIDTH**0.5)
        self.b_enc = nn.Parameter(0.1 * torch.randn(FEATURES, generator=generator))
        self.W_dec = nn.Parameter(0.3 * torch.randn(FEATURES, WIDTH, generator=generator))
        self.b_dec = nn.Parameter(0.2 * torch.randn(WIDTH, generator=generator))
        self.normalizer = Normalizer(average)
        self.sq_act_running_avg = nn.Parameter(torch.zeros(FEATURES), requires_grad=False)

    def run(self, x):
        scale = WIDTH**0.5 / self.normalizer.running_avg
        z = torch.relu((x * scale) @ self.W_enc + self.b_enc)
        return z * self.W_dec.norm(dim=1) / scale, (z @ self.W_dec + self.b_dec) / scale


def main():
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(7)
    shutil.rmtree(OUT, ignore_errors=True)
    x = 2 * torch.randn(TOKENS, WIDTH, generator=generator)
    golden = {"x": x}

    def keep(name, codes, decoded):
        print(f"{name}: {float((codes > 0).float().sum(1).mean()):.1f} of {FEATURES} features active a token")
        golden[f"{name}/codes"], golden[f"{name}/decoded"] = codes.detach(), decoded.detach()

    def write(name, state, config, file="ae.pt"):
        (OUT / name).mkdir(parents=True)
        torch.save(state, OUT / name / file)
        if config is not None:
            (OUT / name / "config.json").write_text(json.dumps(config) + "\n")

    Matryoshka = dictionary_class()
    from dictionary_learning.trainers.batch_top_k import BatchTopKSAE

    def fill(sae, encoder_bias):
        with torch.no_grad():
            sae.b_dec.copy_(0.2 * torch.randn(WIDTH, generator=generator))
            encoder_bias.copy_(0.1 * torch.randn(FEATURES, generator=generator))
            sae.threshold.fill_(float(sae.encode(x).flatten().topk(K * TOKENS).values[-1]) * 0.999)
        return sae

    torch.manual_seed(7)
    matryoshka = Matryoshka(WIDTH, FEATURES, K, GROUPS)
    fill(matryoshka, matryoshka.b_enc)
    assert not matryoshka.W_enc.is_contiguous()  # as its trainer makes and saves it
    trainer = {"trainer_class": "MatryoshkaBatchTopKTrainer", "dict_class": "MatryoshkaBatchTopKSAE", "layer": LAYER,
               "activation_dim": WIDTH, "dict_size": FEATURES, "k": K, "group_sizes": GROUPS, "lm_name": "random"}
    with torch.no_grad():
        state = matryoshka.state_dict()
        write("matryoshka", state, {"trainer": trainer})
        codes = matryoshka.encode(x)
        keep("matryoshka", codes, matryoshka.decode(codes))
        (OUT / "safetensors").mkdir()
        save_file({k: v.contiguous() for k, v in state.items()}, OUT / "safetensors" / "ae.safetensors")
        (OUT / "safetensors" / "config.json").write_text(json.dumps({"trainer": trainer}) + "\n")
        floats = ["W_enc", "b_enc", "W_dec", "b_dec", "threshold"]
        for name, kind in {"half": torch.float16, "bfloat16": torch.bfloat16}.items():
            low = {k: v.to(kind) if k in floats else v for k, v in state.items()}
            write(name, low, {"trainer": trainer})
            again = Matryoshka(WIDTH, FEATURES, K, GROUPS)
            again.load_state_dict({k: v.float() if k in floats else v for k, v in low.items()})
            codes = again.encode(x)
            keep(name, codes, again.decode(codes))

        linear = fill(sae := BatchTopKSAE(WIDTH, FEATURES, K), sae.encoder.bias)
        write("batch-top-k", linear.state_dict(), {"trainer": trainer | {"dict_class": "BatchTopKSAE"}})
        codes = linear.encode(x)
        keep("batch-top-k", codes, linear.decode(codes))

        # The same dictionary trained on residuals that were divided by 3, which the weights do not know.
        scaled = Matryoshka(WIDTH, FEATURES, K, GROUPS)
        scaled.load_state_dict(state)
        scaled.threshold.fill_(-1.0)
        scaled.threshold.fill_(float(scaled.encode(x / 3).flatten().topk(K * TOKENS).values[-1]) * 0.999)
        write("divided", scaled.state_dict(), {"trainer": trainer, "hilum": {"layer": LAYER, "normFactor": 3}})
        codes = scaled.encode(x / 3)
        keep("divided", codes * 3, scaled.decode(codes) * 3)

        config = {"act_size": WIDTH, "dict_size": FEATURES, "top_k": K, "group_sizes": GROUPS, "layer": LAYER + 1,
                  "site": "resid_pre", "input_unit_norm": False}
        for name, unit in {"unused-bias": False, "token-normalised": True}.items():
            sae = TokenNormalised(unit, generator)
            write(name, sae.state_dict(), config | {"input_unit_norm": unit}, "sae.pt")
            keep(name, *sae.run(x))
        average = RunningAverage(float(x.norm(dim=1).mean()), generator)
        write("running-average", average.state_dict(), None, "sae.pt")
        keep("running-average", *average.run(x))

    # What PyTorch can write besides: other layouts of memory, nesting, parameters, older and other formats.
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    views = {
        "transposed": base.t(), "every other column": base[:, ::2], "from the middle": base[1:3, 2:5],
        "scalar": torch.tensor(3.5), "empty": torch.empty(0, 3), "cube": base.reshape(2, 2, 6).permute(2, 0, 1),
        "longs": torch.tensor([[1, -2], [3, 2**40]]).t(), "ints": torch.tensor([7, -7], dtype=torch.int32),
        "parameter": nn.Parameter(base[:2].clone()),
    }
    (OUT / "torch").mkdir()
    torch.save(views, OUT / "torch" / "views.pt")
    torch.save(views, OUT / "torch" / "protocol4.pt", pickle_protocol=4)
    torch.save({"epoch": 3, "lr": 1e-3, "state_dict": {"a": base}}, OUT / "torch" / "nested.pt")
    torch.save(views, OUT / "torch" / "before-1.6.pt", _use_new_zipfile_serialization=False)
    torch.save({"a": torch.tensor([1.0]).expand(1000)}, OUT / "torch" / "expanded.pt")
    torch.save(matryoshka, OUT / "torch" / "module.pt")
    torch.save(base, OUT / "torch" / "bare.pt")
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), OUT / "torch" / "script.pt")
    (OUT / "torch" / "views.json").write_text(json.dumps(
        {k: {"shape": list(v.shape), "values": v.detach().flatten().tolist()} for k, v in views.items()}) + "\n")

    save_file({k: v.float().contiguous() for k, v in golden.items()}, OUT / "golden.safetensors")
    for path in sorted(OUT.rglob("*")):
        if path.is_file():
            print(f"{path.relative_to(OUT)} {path.stat().st_size}")


if __name__ == "__main__":
    main()
