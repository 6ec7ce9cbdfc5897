"""Batched greedy generation with a key/value cache, and steering at the hook, for measuring during training."""
import torch
import torch.nn.functional as F

from model import rotate


class Prompted:
    """A batch of prompts of one length, read once; `run` continues it as often as wanted."""

    @torch.no_grad()
    def __init__(self, model, encoder, samples, features):
        self.model, self.rows = model, len(samples)
        ids = torch.tensor([s['prompt'] for s in samples])
        images = model.multi_modal_projector(features[[f for s in samples for f in s['films']]].float())
        x = model.embed(ids, images, encoder.image)
        self.length = ids.shape[1]
        self.caches = [None] * len(model.language_model.model.layers)
        # The last prompt token is left for `run`: its output chooses the first word, so it counts as generated.
        self.last = x[:, -1:]
        step(model, x[:, :-1], 0, self.caches, None)

    @torch.no_grad()
    def run(self, limit=110, hook=None):
        """Greedy token ids of each row until `</s>`; hook: (block index, function of the residual [rows, 1, d])."""
        caches = list(self.caches)
        x, done, out = self.last, torch.zeros(self.rows, dtype=torch.bool), [[] for _ in range(self.rows)]
        for t in range(limit):
            h = step(self.model, x, self.length - 1 + t, caches, hook)
            chosen = self.model.language_model.lm_head(self.model.language_model.model.norm(h[:, -1])).argmax(-1)
            done |= chosen == 2
            if done.all():
                break
            for row in (~done).nonzero().flatten().tolist():
                out[row].append(int(chosen[row]))
            x = self.model.language_model.model.embed_tokens(chosen)[:, None]
        return out


def step(model, x, past, caches, hook):
    lm = model.language_model
    n = x.shape[1]
    cos, sin = (t[past:] for t in lm.rope(past + n))
    for i, layer in enumerate(lm.model.layers):
        b, _, d = x.shape
        y = layer.input_layernorm(x)
        q, k, v = (layer.self_attn[f'{c}_proj'](y).view(b, n, layer.heads, d // layer.heads).transpose(1, 2) for c in 'qkv')
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if caches[i] is not None:
            k, v = torch.cat([caches[i][0], k], 2), torch.cat([caches[i][1], v], 2)
        caches[i] = (k, v)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=n > 1)
        x = x + layer.self_attn['o_proj'](y.transpose(1, 2).reshape(b, n, d))
        y = layer.post_attention_layernorm(x)
        x = x + layer.mlp['down_proj'](F.silu(layer.mlp['gate_proj'](y)) * layer.mlp['up_proj'](y))
        if hook is not None and i == hook[0]:
            x = hook[1](x)
    return x


def groups(samples):
    """Indices of samples by prompt length."""
    by_length = {}
    for i, s in enumerate(samples):
        by_length.setdefault(len(s['prompt']), []).append(i)
    return by_length.values()
