"""Trains the static table: static.py FOLDER MODEL OUTPUT [--teacher FILE] [--epochs N] ..., see `trainStatic.ts`.

A text's vector is the sum over its distinct subwords of weight x (1 + ln count) x row. Rows begin as MODEL's vectors of the
subwords, turned into fewer dimensions; then questions and code are drawn together and everything else in the batch pushed
away, part of which is of the same package. Of pairs that teacher.py has embedded, the table also learns how alike the deep
model finds each question and each code of the batch.
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
from texts import Texts, numbers

parser = argparse.ArgumentParser()
for name in ('folder', 'model', 'output'):
    parser.add_argument(name)
for name, value in dict(teacher='', dimensions=256, epochs=4, batch=1024, rate=2e-3, dropped=0.2, temperature=0.05, same=0.5,
                        taught=0.5, seed=1, threads=2).items():
    parser.add_argument(f'--{name}', type=type(value), default=value)
options = parser.parse_args()
torch.manual_seed(options.seed)
torch.set_num_threads(options.threads)
chance = np.random.default_rng(options.seed)
# How sharply the teacher tells apart what it finds alike.
TEACHER_TEMPERATURE = 0.05


class Teacher:
    """The deep model's vectors of some of the pairs."""

    def __init__(self, file):
        kept = np.load(file) if file else dict(pairs=np.zeros(0, dtype=np.int64), query=None, code=None)
        self.pairs, self.queries, self.codes = kept['pairs'], kept['query'], kept['code']
        self.places = {pair: place for place, pair in enumerate(self.pairs.tolist())}

    def scores(self, chosen):
        """How alike the questions and the codes of these pairs are; none where it does not know them all."""
        if chosen[0] not in self.places:
            return None
        places = [self.places[pair] for pair in chosen.tolist()]
        vectors = (torch.from_numpy(own[places].astype(np.float32)) for own in (self.queries, self.codes))
        queries, codes = vectors
        return queries @ codes.T / TEACHER_TEMPERATURE


def rows_of(texts, chosen):
    """Subwords, their factors, some of them dropped by chance, and where each text begins."""
    places, lengths = texts.places(chosen), texts.lengths()[chosen]
    factors = texts.factors[places] * (chance.random(len(places)) >= options.dropped)
    starts = np.cumsum(lengths) - lengths
    return torch.from_numpy(texts.subwords[places]), torch.from_numpy(factors.astype(np.float32)), torch.from_numpy(starts)


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


def difference(scores, taught):
    """How far the chances by `scores` are from those of the teacher."""
    parts = [F.kl_div(torch.log_softmax(own, 1), torch.softmax(its, 1), reduction='batchmean')
             for own, its in ((scores, taught), (scores.T, taught.T))]
    return sum(parts) / 2


def main():
    with open(f'{options.folder}/vocabulary.json', encoding='utf8') as source:
        vocabulary = json.load(source)
    queries, codes = Texts(options.folder, 'query'), Texts(options.folder, 'code')
    groups, teacher = numbers(f'{options.folder}/groups'), Teacher(options.teacher)
    usable = np.flatnonzero((queries.lengths() >= 2) & (codes.lengths() >= 3))
    taught = np.isin(usable, teacher.pairs)
    parts = [part for part in (usable[taught], usable[~taught]) if len(part) >= options.batch]
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
        subwords, factors, starts = rows_of(texts, chosen)
        summed = F.embedding_bag(subwords, rows, starts, mode='sum', per_sample_weights=factors * torch.exp(weights[subwords]))
        return F.normalize(summed, dim=1)

    for epoch in range(options.epochs):
        began, losses = time.time(), []
        all_batches = [batch for part in parts for batch in batches(part, groups)]
        for place in chance.permutation(len(all_batches)):
            chosen = all_batches[place]
            for group, rate in zip(optimiser.param_groups, rates):
                group['lr'] = rate * max(0.02, 1 - step / total)
            scores = vectors(queries, chosen, query_weights) @ vectors(codes, chosen, code_weights).T
            scores = scores * torch.exp(sharpness).clamp(max=50)
            loss, by_teacher = contrast(scores), teacher.scores(chosen)
            if by_teacher is not None:
                loss = (1 - options.taught) * loss + 2 * options.taught * difference(scores, by_teacher)
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
