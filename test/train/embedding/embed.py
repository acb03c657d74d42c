"""Embeds texts as the deep model does: embed.py MODEL TEXTS OUTPUT

TEXTS is JSON, `{"query": […], "code": […]}`; OUTPUT gets the unit vectors, float32, questions first.
"""

import json
import sys

import numpy as np
import torch

import minilm


def main(model_folder, texts_file, output):
    torch.set_num_threads(1)
    model, tokens = minilm.load(model_folder)
    with open(texts_file, encoding='utf8') as source:
        texts = json.load(source)
    with torch.no_grad():
        kinds = [minilm.encoded(tokens, [minilm.read_of(text, kind) for text in texts[kind]], most)
                 for kind, most in minilm.MOST_TOKENS.items()]
        vectors = [minilm.embed(model, ids).numpy() for ids in kinds if len(ids) > 0]
    np.concatenate(vectors).astype(np.float32).tofile(output)


main(*sys.argv[1:])
