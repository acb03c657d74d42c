"""Embeds pairs for the static table to learn from: teacher.py FOLDER MODEL OUTPUT [--groups N] [--seed N]

FOLDER holds what deepTokens.py and neighbours.py made. OUTPUT gets the places of so many groups of pairs, and the vectors
of their questions and their code.
"""

import argparse

import numpy as np
import torch

import minilm

parser = argparse.ArgumentParser()
for name in ('folder', 'model', 'output'):
    parser.add_argument(name)
for name, value in dict(groups=3000, seed=1, threads=2).items():
    parser.add_argument(f'--{name}', type=type(value), default=value)
options = parser.parse_args()
torch.set_num_threads(options.threads)


def main():
    model, _ = minilm.load(options.model)
    tokens, groups = np.load(f'{options.folder}/tokens.npz'), np.load(f'{options.folder}/groups.npy')
    chosen = np.random.default_rng(options.seed).permutation(len(groups))[: options.groups]
    pairs = np.sort(groups[chosen].reshape(-1))
    with torch.no_grad():
        vectors = {kind: minilm.embed(model, tokens[kind][pairs]).numpy().astype(np.float16) for kind in ('query', 'code')}
    np.savez(options.output, pairs=pairs, **vectors)
    print(f'{len(pairs)} pairs', flush=True)


main()
