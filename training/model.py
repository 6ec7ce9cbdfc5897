"""MAIRA-2's architecture in miniature, with parameter names as they stand in its safetensors files.

DINOv2-style ViT with LayerScale, four-layer GELU projector, LLaMA decoder with linear RoPE scaling.
Written for training speed on a CPU; training/oracle/ proves with Hugging Face transformers that the names
and the arithmetic are the ones of Dinov2Backbone and LlamaForCausalLM.
"""
from dataclasses import dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass(frozen=True)
class Sizes:
    image: int = 144
    patch: int = 16
    vision_dim: int = 128
    vision_layers: int = 5
    vision_heads: int = 4
    dim: int = 160
    layers: int = 6
    heads: int = 5
    ff: int = 448
    vocab: int = 1024
    rope_theta: float = 10000.0
    rope_factor: float = 1.5

    @property
    def patches(self) -> int:
        return (self.image // self.patch) ** 2


def attention(q, k, v):
    """[b, heads, n, d] each -> [b, heads, n, d]. Spelled out: on a CPU its backward pass is half the fused one's cost."""
    return (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).softmax(-1).to(v.dtype) @ v


class VisionLayer(nn.Module):
    def __init__(self, d: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(d, 1e-6)
        self.attention = nn.ModuleDict({
            'attention': nn.ModuleDict({n: nn.Linear(d, d) for n in ('query', 'key', 'value')}),
            'output': nn.ModuleDict({'dense': nn.Linear(d, d)}),
        })
        self.layer_scale1 = nn.ParameterDict({'lambda1': nn.Parameter(torch.ones(d))})
        self.norm2 = nn.LayerNorm(d, 1e-6)
        self.mlp = nn.ModuleDict({'fc1': nn.Linear(d, 4 * d), 'fc2': nn.Linear(4 * d, d)})
        self.layer_scale2 = nn.ParameterDict({'lambda1': nn.Parameter(torch.ones(d))})

    def forward(self, x):
        b, n, d = x.shape
        y = self.norm1(x)
        a = self.attention['attention']
        q, k, v = (a[name](y).view(b, n, self.heads, d // self.heads).transpose(1, 2) for name in ('query', 'key', 'value'))
        y = attention(q, k, v).transpose(1, 2).reshape(b, n, d)
        x = x + self.layer_scale1['lambda1'] * self.attention['output']['dense'](y)
        y = self.mlp['fc2'](F.gelu(self.mlp['fc1'](self.norm2(x))))
        return x + self.layer_scale2['lambda1'] * y


class VisionTower(nn.Module):
    def __init__(self, s: Sizes):
        super().__init__()
        d = s.vision_dim
        self.embeddings = nn.Module()
        self.embeddings.cls_token = nn.Parameter(torch.zeros(1, 1, d))
        self.embeddings.mask_token = nn.Parameter(torch.zeros(1, d), requires_grad=False)
        self.embeddings.position_embeddings = nn.Parameter(torch.randn(1, s.patches + 1, d) * 0.02)
        self.embeddings.patch_embeddings = nn.Module()
        self.embeddings.patch_embeddings.projection = nn.Conv2d(3, d, s.patch, s.patch)
        self.encoder = nn.Module()
        self.encoder.layer = nn.ModuleList(VisionLayer(d, s.vision_heads) for _ in range(s.vision_layers))
        self.layernorm = nn.LayerNorm(d, 1e-6)

    def forward(self, pixels):
        """[n, 3, S, S] normalised pixels -> [n, 1 + patches, d] after the final LayerNorm."""
        e = self.embeddings
        x = e.patch_embeddings.projection(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([e.cls_token.expand(len(x), -1, -1).to(x.dtype), x], 1) + e.position_embeddings
        for layer in self.encoder.layer:
            x = layer(x)
        return self.layernorm(x)


class Projector(nn.Module):
    def __init__(self, s: Sizes):
        super().__init__()
        layers = [nn.Linear(s.vision_dim, s.dim)]
        for _ in range(3):
            layers += [nn.GELU(), nn.Linear(s.dim, s.dim)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


class RMSNorm(nn.Module):
    def __init__(self, d: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))

    def forward(self, x):
        return F.rms_norm(x.float(), (x.shape[-1],), self.weight, 1e-5)  # fp32 also under autocast


def rotate(x, cos, sin):
    h = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., h:], x[..., :h]], -1) * sin


def causal_attention(q, k, v, cos, sin, chunk=64):
    """[b, heads, n, d] each, before rotation -> [b, heads, n, d]; rows go in chunks, so that half the square is skipped."""
    q, k = (rotate(q, cos, sin) * q.shape[-1] ** -0.5).to(v.dtype), rotate(k, cos, sin).to(v.dtype)
    n, out = q.shape[-2], []
    for i in range(0, n, chunk):
        j = min(n, i + chunk)
        above = torch.ones(j - i, j, dtype=torch.bool).triu(i + 1)
        scores = (q[..., i:j, :] @ k[..., :j, :].transpose(-1, -2)).masked_fill(above, -1e4)
        out.append(scores.softmax(-1).to(v.dtype) @ v[..., :j, :])
    return torch.cat(out, -2)


class DecoderLayer(nn.Module):
    attend = staticmethod(causal_attention)  # training compiles it

    def __init__(self, s: Sizes):
        super().__init__()
        self.heads = s.heads
        d = s.dim
        self.input_layernorm = RMSNorm(d)
        self.self_attn = nn.ModuleDict({f'{n}_proj': nn.Linear(d, d, bias=False) for n in 'qkvo'})
        self.post_attention_layernorm = RMSNorm(d)
        self.mlp = nn.ModuleDict({
            'gate_proj': nn.Linear(d, s.ff, bias=False),
            'up_proj': nn.Linear(d, s.ff, bias=False),
            'down_proj': nn.Linear(s.ff, d, bias=False),
        })

    def forward(self, x, cos, sin):
        b, n, d = x.shape
        y = self.input_layernorm(x)
        q, k, v = (self.self_attn[f'{c}_proj'](y).view(b, n, self.heads, d // self.heads).transpose(1, 2) for c in 'qkv')
        y = self.attend(q, k, v, cos, sin).transpose(1, 2).reshape(b, n, d)
        x = x + self.self_attn['o_proj'](y)
        y = self.post_attention_layernorm(x)
        return x + self.mlp['down_proj'](F.silu(self.mlp['gate_proj'](y)) * self.mlp['up_proj'](y))


class LanguageModel(nn.Module):
    def __init__(self, s: Sizes):
        super().__init__()
        self.sizes = s
        self.model = nn.Module()
        self.model.embed_tokens = nn.Embedding(s.vocab, s.dim)
        nn.init.normal_(self.model.embed_tokens.weight, 0, 0.05)
        self.model.layers = nn.ModuleList(DecoderLayer(s) for _ in range(s.layers))
        self.model.norm = RMSNorm(s.dim)
        self.lm_head = nn.Linear(s.dim, s.vocab, bias=False)
        for layer in self.model.layers:
            layer.self_attn['o_proj'].weight.data *= 0.5
            layer.mlp['down_proj'].weight.data *= 0.5

    def rope(self, n: int):
        head = self.sizes.dim // self.sizes.heads
        inverse = self.sizes.rope_theta ** (-torch.arange(0, head, 2) / head) / self.sizes.rope_factor
        angles = torch.arange(n)[:, None] * inverse[None]
        angles = torch.cat([angles, angles], -1)
        return angles.cos(), angles.sin()

    def forward(self, x, hooks=None, keep=None):
        """x [b, n, d] input embeddings -> hidden states before the head; hooks: {block index: function of its output}.

        keep (block index, rows [b, m]): the blocks after it read and write these rows alone, and so do the states returned.
        """
        cos, sin = self.rope(x.shape[1])
        for i, layer in enumerate(self.model.layers):
            x = layer(x, cos, sin)
            if hooks and i in hooks:
                changed = hooks[i](x)
                x = x if changed is None else changed
            if keep and i == keep[0]:
                x = x.gather(1, keep[1][..., None].expand(-1, -1, x.shape[-1]))
                cos, sin = cos[keep[1]][:, None], sin[keep[1]][:, None]
        return self.model.norm(x)


class Maira2(nn.Module):
    def __init__(self, s: Sizes):
        super().__init__()
        self.sizes = s
        self.vision_tower = VisionTower(s)
        self.multi_modal_projector = Projector(s)
        self.language_model = LanguageModel(s)

    def embed(self, ids, features, image_token: int):
        """Token ids [b, n] and projected image tokens [images, patches, d], scattered in order onto `image_token`."""
        x = self.language_model.model.embed_tokens(ids)
        mask = ids == image_token
        return x.masked_scatter(mask[..., None], features.reshape(-1, x.shape[-1]).to(x.dtype))
