"""Trains the static table: static.py FOLDER MINILM OUTPUT [--epochs N] [--seed N] ..., see `trainStatic.ts`.

A text's vector is the sum over its distinct subwords of weight x (1 + ln count) x row. Rows begin as all-MiniLM-L6-v2's
vectors of the subwords, turned into fewer dimensions; then questions and code are drawn together and everything else in
the batch pushed away, half of which is of the same package.
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

parser = argparse.ArgumentParser()
parser.add_argument('folder')
parser.add_argument('minilm')
parser.add_argument('output')
for name, value in dict(dimensions=256, epochs=4, batch=1024, rate=2e-3, dropped=0.2, temperature=0.05, same=0.5,
                        seed=1, threads=2).items():
    parser.add_argument(f'--{name}', type=type(value), default=value)
options = parser.parse_args()
torch.manual_seed(options.seed)
torch.set_num_threads(options.threads)
chance = np.random.default_rng(options.seed)


def numbers(name):
    return np.fromfile(f'{options.folder}/{name}', dtype=np.uint32).astype(np.int64)


class Texts:
    def __init__(self, name):
        self.starts, self.subwords = numbers(f'{name}.starts'), numbers(f'{name}.subwords')
        self.factors = (1 + np.log(numbers(f'{name}.counts'))).astype(np.float32)

    def lengths(self):
        return np.diff(self.starts)

    def rows(self, chosen, dropped):
        """Subwords, their factors, and where each text begins."""
        places = np.concatenate([np.arange(self.starts[i], self.starts[i + 1]) for i in chosen])
        factors = self.factors[places] * (chance.random(len(places)) >= dropped)
        starts = np.concatenate([[0], np.cumsum(self.lengths()[chosen])[:-1]])
        return torch.from_numpy(self.subwords[places]), torch.from_numpy(factors.astype(np.float32)), torch.from_numpy(starts)


def first_rows(vocabulary):
    """MiniLM's vectors of the subwords, of unit length around their mean; kept from run to run."""
    file = f'{options.folder}/minilm-words.npz'
    known = {}
    if os.path.exists(file):
        kept = np.load(file)
        known = dict(zip(kept['words'].tolist(), kept['rows']))
    missing = sorted(set(vocabulary) - known.keys(), key=len)
    if missing:
        model, tokens = minilm.load(options.minilm)
        with torch.no_grad():
            for at in range(0, len(missing), 256):
                words = missing[at : at + 256]
                known.update(zip(words, model(minilm.padded([tokens.encode(word, 16) for word in words])).numpy()))
        np.savez(file, words=np.array(list(known)), rows=np.array(list(known.values())))
    rows = np.array([known[word] for word in vocabulary])
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
    all_batches = [part[at : at + size] for part in (together, apart) for at in range(0, len(part) - size + 1, size)]
    return [all_batches[i] for i in chance.permutation(len(all_batches))]


def main():
    with open(f'{options.folder}/vocabulary.json', encoding='utf8') as source:
        vocabulary = json.load(source)
    queries, codes, groups = Texts('query'), Texts('code'), numbers('groups')
    usable = np.flatnonzero((queries.lengths() >= 2) & (codes.lengths() >= 3))
    frequency = np.bincount(queries.subwords, minlength=len(vocabulary)) + np.bincount(codes.subwords, minlength=len(vocabulary))
    rarity = np.log(1 + 2 * len(usable) / (frequency + 5)).astype(np.float32) / 7
    start = first_rows(vocabulary)
    axes = np.linalg.svd(start[:20000], full_matrices=False)[2][: options.dimensions]
    rows = torch.nn.Parameter(torch.tensor(start @ axes.T))
    query_weights = torch.nn.Parameter(torch.log(torch.tensor(rarity)))
    code_weights = torch.nn.Parameter(torch.log(torch.tensor(rarity)))
    sharpness = torch.nn.Parameter(torch.tensor(math.log(1 / options.temperature)))
    parameters = [dict(params=[rows], lr=options.rate), dict(params=[query_weights, code_weights], lr=3 * options.rate),
                  dict(params=[sharpness], lr=1e-2)]
    optimiser = torch.optim.Adam(parameters)
    rates = [group['lr'] for group in parameters]
    total, step = options.epochs * (len(usable) // options.batch), 0

    def vectors(texts, chosen, weights):
        subwords, factors, starts = texts.rows(chosen, options.dropped)
        summed = F.embedding_bag(subwords, rows, starts, mode='sum', per_sample_weights=factors * torch.exp(weights[subwords]))
        return F.normalize(summed, dim=1)

    for epoch in range(options.epochs):
        began, losses = time.time(), []
        for chosen in batches(usable, groups):
            for group, rate in zip(optimiser.param_groups, rates):
                group['lr'] = rate * max(0.02, 1 - step / total)
            scores = vectors(queries, chosen, query_weights) @ vectors(codes, chosen, code_weights).T
            scores = scores * torch.exp(sharpness).clamp(max=50)
            right = torch.arange(len(chosen))
            loss = (F.cross_entropy(scores, right) + F.cross_entropy(scores.T, right)) / 2
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(float(loss))
            step += 1
        print(f'epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.time() - began:.0f} s', flush=True)
    with torch.no_grad():
        write(vocabulary, rows.numpy(), torch.exp(query_weights).numpy(), torch.exp(code_weights).numpy())


def write(vocabulary, rows, query_weights, code_weights):
    """The format that `staticModel.ts` documents."""
    scales = np.maximum(np.abs(rows).max(1), 1e-12) / 127
    header = json.dumps(dict(n=len(vocabulary), dim=rows.shape[1], vocab=' '.join(vocabulary))).encode()
    header += b' ' * (-(4 + len(header)) % 4)
    parts = [np.uint32(len(header)).tobytes(), header, (query_weights * scales).astype(np.float32).tobytes(),
             (code_weights * scales).astype(np.float32).tobytes(), np.round(rows / scales[:, None]).astype(np.int8).tobytes()]
    with open(options.output, 'wb') as output:
        output.write(b''.join(parts))
    print(f'{os.path.getsize(options.output)} bytes', flush=True)


main()
