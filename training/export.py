"""Writes the trained model as a Hugging Face checkpoint in MAIRA-2's layout: python export.py OUT RESOURCES

Weights are rounded to bfloat16; from then on the rounded weights are the model, and everything is measured on them.
"""
import json
import os
import shutil
import sys

import torch
from safetensors.torch import save_file

from dataset import MEAN, STD
from score import load


def checkpoint_config(s, image_token):
    return {
        'architectures': ['Maira2ForConditionalGeneration'],
        'model_type': 'maira2',
        '_name_or_path': 'Embedded phantom model',
        'hilum_embedded': True,
        'hilum_note': 'Phantom model trained on drawn chest phantoms. Not for clinical use.',
        'hidden_size': s.dim,
        'ignore_index': -100,
        'image_token_index': image_token,
        'pad_token_id': 0,
        'projector_hidden_act': 'gelu',
        'projector_n_layers': 4,
        'vision_feature_layer': -1,
        'vision_feature_select_strategy': 'default',
        'torch_dtype': 'bfloat16',
        'text_config': {
            'model_type': 'llama', 'hidden_size': s.dim, 'intermediate_size': s.ff, 'num_hidden_layers': s.layers,
            'num_attention_heads': s.heads, 'num_key_value_heads': s.heads, 'rms_norm_eps': 1e-5,
            'vocab_size': s.vocab, 'max_position_embeddings': 4096, 'rope_theta': s.rope_theta,
            'rope_scaling': {'type': 'linear', 'factor': s.rope_factor}, 'tie_word_embeddings': False,
        },
        'vision_config': {
            'model_type': 'dinov2', 'architectures': ['Dinov2Model'], 'hidden_size': s.vision_dim,
            'num_hidden_layers': s.vision_layers, 'num_attention_heads': s.vision_heads, 'mlp_ratio': 4,
            'image_size': s.image, 'patch_size': s.patch, 'layer_norm_eps': 1e-6, 'hidden_act': 'gelu',
            'apply_layernorm': True, 'reshape_hidden_states': False, 'use_swiglu_ffn': False, 'qkv_bias': True,
            'out_features': [f'stage{s.vision_layers}'],
        },
    }


def processor_configs(s):
    size = {'height': s.image, 'width': s.image}
    return {
        'preprocessor_config.json': {
            'image_processor_type': 'BitImageProcessor', 'do_convert_rgb': True, 'do_resize': True, 'resample': 3,
            'size': {'shortest_edge': s.image}, 'do_center_crop': True, 'crop_size': size, 'do_rescale': True,
            'rescale_factor': 1 / 255, 'do_normalize': True, 'image_mean': [MEAN] * 3, 'image_std': [STD] * 3,
        },
        'processor_config.json': {
            'processor_class': 'Maira2Processor', 'patch_size': s.patch, 'vision_feature_select_strategy': 'default',
            'image_token': '<image>', 'num_box_coord_bins': 100, 'phrase_start_token': '<obj>', 'phrase_end_token': '</obj>',
            'box_start_token': '<box>', 'box_end_token': '</box>', 'num_additional_image_tokens': 1,
        },
    }


def main():
    out, resources = sys.argv[1:3]
    model, _, encoder = load(out)
    folder = os.path.join(resources, 'model')
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(os.path.join(out, 'tokenizer')):
        shutil.copy(os.path.join(out, 'tokenizer', name), folder)
    write = lambda name, value: open(os.path.join(folder, name), 'w').write(json.dumps(value, indent=2) + '\n')
    write('config.json', checkpoint_config(model.sizes, encoder.image))
    for name, value in processor_configs(model.sizes).items():
        write(name, value)
    tensors = {k: v.to(torch.bfloat16).contiguous() for k, v in model.state_dict().items()}
    save_file(tensors, os.path.join(folder, 'model.safetensors'), metadata={'format': 'pt'})
    print(len(tensors), 'tensors', sum(v.numel() for v in tensors.values()), 'parameters')


if __name__ == '__main__':
    main()
