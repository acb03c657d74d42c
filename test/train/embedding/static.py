"""Trains the static table: static.py FOLDER MODEL OUTPUT [--epochs N] ..., see `trainStatic.ts`.

A text's vector is the sum over its distinct subwords of place x weight x (1 + ln count) x row. Rows begin as MODEL's
vectors of the subwords, turned into fewer dimensions; then questions and code are drawn together and everything else in
the batch pushed away, part of which is of the same package.
"""

import argparse
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import minilm
from texts import PLACES, Texts, numbers, place_of

parser = argparse.ArgumentParser()
for name in ('folder', 'model', 'output'):
    parser.add_argument(name)
for name, value in dict(dimensions=256, epochs=2, batch=1024, rate=2e-3, dropped=0.2, temperature=0.05, same=0.5, seed=1,
                        threads=2).items():
    parser.add_argument(f'--{name}', type=type(value), default=value)
options = parser.parse_args()
torch.manual_seed(options.seed)
torch.set_num_threads(options.threads)
chance = np.random.default_rng(options.seed)


def rows_of(texts, chosen):
    """Subwords, their factors, some of them dropped by chance, their places, and where each text begins."""
    found, lengths = texts.places(chosen), texts.lengths()[chosen]
    factors = texts.factors[found] * (chance.random(len(found)) >= options.dropped)
    starts = np.cumsum(lengths) - lengths
    places = place_of(np.arange(len(found)) - np.repeat(starts, lengths))
    return [torch.from_numpy(each) for each in (texts.subwords[found], factors.astype(np.float32), places, starts)]


def first_rows(vocabulary):
    """The model's vectors of the subwords, of unit length around their mean."""
    model, tokens = minilm.load(options.model)
    order = sorted(range(len(vocabulary)), key=lambda place: (len(vocabulary[place]), place))
    rows = np.zeros((len(vocabulary), minilm.WIDTH), dtype=np.float32)
    with torch.no_grad():
        for at in range(0, len(order), 256):
            own = order[at : at + 256]
            rows[own] = model(minilm.padded([tokens.encode(vocabulary[place], 16) for place in own])).numpy()
    rows -= rows.mean(0)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def batches(usable, groups):
    """All pairs in batches: a share of them in runs of one package, the others mixed."""
    runs, mixed = [], []
    for group in np.unique(groups[usable]):
        own = chance.permutation(usable[groups[usable] == group])
        near = own[: int(len(own) * options.same)]
        runs += [near[at : at + 256] for at in range(0, len(near), 256)]
        mixed.append(own[len(near) :])
    together = np.concatenate([runs[i] for i in chance.permutation(len(runs))])
    apart = chance.permutation(np.concatenate(mixed))
    size = options.batch
    return [part[at : at + size] for part in (together, apart) for at in range(0, len(part) - size + 1, size)]


def contrast(scores):
    right = torch.arange(len(scores))
    return (F.cross_entropy(scores, right) + F.cross_entropy(scores.T, right)) / 2


def main():
    with open(f'{options.folder}/vocabulary.json', encoding='utf8') as source:
        vocabulary = json.load(source)
    queries, codes = Texts(options.folder, 'query'), Texts(options.folder, 'code')
    groups = numbers(f'{options.folder}/groups')
    usable = np.flatnonzero((queries.lengths() >= 2) & (codes.lengths() >= 3))
    frequency = np.bincount(queries.subwords, minlength=len(vocabulary)) + np.bincount(codes.subwords, minlength=len(vocabulary))
    rarity = np.log(1 + 2 * len(usable) / (frequency + 5)).astype(np.float32) / 7
    start = first_rows(vocabulary)
    axes = np.linalg.svd(start[:20000], full_matrices=False)[2][: options.dimensions]
    rows = torch.nn.Parameter(torch.tensor(start @ axes.T))
    query_weights = torch.nn.Parameter(torch.log(torch.tensor(rarity)))
    code_weights = torch.nn.Parameter(torch.log(torch.tensor(rarity)))
    query_places, code_places = (torch.nn.Parameter(torch.zeros(PLACES)) for _ in range(2))
    sharpness = torch.nn.Parameter(torch.tensor(math.log(1 / options.temperature)))
    parameters = [dict(params=[rows], lr=options.rate), dict(params=[query_weights, code_weights], lr=3 * options.rate),
                  dict(params=[sharpness, query_places, code_places], lr=1e-2)]
    optimiser = torch.optim.Adam(parameters)
    rates = [group['lr'] for group in parameters]
    total, step = options.epochs * (len(usable) // options.batch), 0

    def vectors(texts, chosen, weights, counts):
        subwords, factors, places, starts = rows_of(texts, chosen)
        factors = factors * torch.exp(weights[subwords] + counts[places])
        return F.normalize(F.embedding_bag(subwords, rows, starts, mode='sum', per_sample_weights=factors), dim=1)

    for epoch in range(options.epochs):
        began, losses = time.time(), []
        all_batches = batches(usable, groups)
        for place in chance.permutation(len(all_batches)):
            chosen = all_batches[place]
            for group, rate in zip(optimiser.param_groups, rates):
                group['lr'] = rate * max(0.02, 1 - step / total)
            asked = vectors(queries, chosen, query_weights, query_places)
            scores = asked @ vectors(codes, chosen, code_weights, code_places).T
            loss = contrast(scores * torch.exp(sharpness).clamp(max=50))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(float(loss))
            step += 1
        print(f'epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.time() - began:.0f} s', flush=True)
    with torch.no_grad():
        places = dict(query=torch.exp(query_places).tolist(), code=torch.exp(code_places).tolist())
        write(vocabulary, rows.numpy(), torch.exp(query_weights).numpy(), torch.exp(code_weights).numpy(), places)


def write(vocabulary, rows, query_weights, code_weights, places):
    """The format that `staticModel.ts` documents."""
    scales = np.maximum(np.abs(rows).max(1), 1e-12) / 127
    header = json.dumps(dict(n=len(vocabulary), dim=rows.shape[1], vocab=' '.join(vocabulary), places=places)).encode()
    header += b' ' * (-(4 + len(header)) % 4)
    parts = [np.uint32(len(header)).tobytes(), header, (query_weights * scales).astype(np.float32).tobytes(),
             (code_weights * scales).astype(np.float32).tobytes(), np.round(rows / scales[:, None]).astype(np.int8).tobytes()]
    with open(options.output, 'wb') as output:
        output.write(b''.join(parts))
    print(f'{os.path.getsize(options.output)} bytes', flush=True)


main()
