"""Fine-tunes the model in FOLDER/start on code: deep.py FOLDER [--minutes N] [--most N] ...

Questions and code are drawn together, everything else in the batch is pushed away: groups of pairs that are hard to tell
apart, see neighbours.py. The rate falls with the time to nothing, over `minutes` in all; a run that has taken `most` minutes
stops, and the next one goes on. What is reached is kept in FOLDER every few minutes: checkpoint.pt, and as a model, whose
weights lie between the start and what is reached: it has not forgotten how to understand other words than code's.
"""

import argparse
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import minilm

parser = argparse.ArgumentParser()
parser.add_argument('folder')
for name, value in dict(minutes=90.0, most=100.0, steps=10**9, batch=64, rate=1e-4, temperature=0.05, warm=60, kept=5.0,
                        learnt=0.7, seed=1, threads=2).items():
    parser.add_argument(f'--{name}', type=type(value), default=value)
options = parser.parse_args()
torch.manual_seed(options.seed)
torch.set_num_threads(options.threads)
checkpoint = f'{options.folder}/checkpoint.pt'
# Cosines by the static table above which two questions, or two codes, are taken for the same.
SAME_QUESTION, SAME_CODE = 0.9, 0.95


class Batches:
    """The same pairs at the same step, in every run; all groups once, then all again in another order."""

    def __init__(self, folder):
        tokens, alike = np.load(f'{folder}/tokens.npz'), np.load(f'{folder}/alike.npz')
        self.queries, self.codes = tokens['query'], tokens['code']
        self.alike_queries, self.alike_codes = alike['query'], alike['code']
        self.groups = np.load(f'{folder}/groups.npy')
        self.count = options.batch // self.groups.shape[1]

    def pairs_at(self, step):
        steps = len(self.groups) // self.count
        order = np.random.default_rng([options.seed, step // steps]).permutation(len(self.groups))
        at = step % steps * self.count
        return self.groups[order[at : at + self.count]].reshape(-1)

    def same(self, pairs):
        """True where the one pair answers the other's question as well."""
        likeness = lambda vectors: (lambda own: own @ own.T)(vectors[pairs].astype(np.float32) / 127)
        same = (likeness(self.alike_queries) > SAME_QUESTION) | (likeness(self.alike_codes) > SAME_CODE)
        np.fill_diagonal(same, False)
        return torch.from_numpy(same)


def loss_of(model, batches, step):
    pairs = batches.pairs_at(step)
    queries, codes = minilm.embed(model, batches.queries[pairs]), minilm.embed(model, batches.codes[pairs])
    scores = queries @ codes.T / options.temperature
    scores = scores.masked_fill(batches.same(pairs), -1e4)
    right = torch.arange(len(pairs))
    return (F.cross_entropy(scores, right) + F.cross_entropy(scores.T, right)) / 2


def train(model, vocabulary):
    batches, start = Batches(options.folder), {name: value.clone() for name, value in model.state_dict().items()}
    trained = list(model.parameters())
    optimiser = torch.optim.AdamW(trained, lr=options.rate, weight_decay=0.01)
    step, spent, losses = 0, 0.0, []
    if os.path.exists(checkpoint):
        kept = torch.load(checkpoint)
        step, spent = kept['step'], kept['spent']
        model.load_state_dict(kept['model'])
        optimiser.load_state_dict(kept['optimiser'])
        print(f'going on from step {step}, {spent / 60:.1f} minutes', flush=True)
    began = kept_at = time.time()
    before, first = spent, step
    while spent < options.minutes * 60 and spent - before < options.most * 60 and step - first < options.steps:
        fallen = 0.5 + 0.5 * math.cos(math.pi * spent / (options.minutes * 60))
        for group in optimiser.param_groups:
            group['lr'] = options.rate * min(1, (step - first + 1) / options.warm) * fallen
        loss = loss_of(model, batches, step)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        losses.append(float(loss))
        step, spent = step + 1, before + time.time() - began
        if step % 50 == 0:
            print(f'step {step}: loss {np.mean(losses[-50:]):.3f}, {spent / 60:.1f} minutes', flush=True)
        if time.time() - kept_at > options.kept * 60:
            keep(step, spent, model, optimiser)
            minilm.save(f'{options.folder}/model', between(start, model.state_dict()), vocabulary)
            kept_at = time.time()
    keep(step, spent, model, optimiser)
    minilm.save(f'{options.folder}/model', between(start, model.state_dict()), vocabulary)


def keep(step, spent, model, optimiser):
    state = dict(step=step, spent=spent, model=model.state_dict(), optimiser=optimiser.state_dict())
    torch.save(state, f'{checkpoint}.new')
    os.replace(f'{checkpoint}.new', checkpoint)


def between(start, reached):
    return {name: torch.lerp(start[name], value, options.learnt) for name, value in reached.items()}


def main():
    model, tokens = minilm.load(f'{options.folder}/start')
    train(model, list(tokens.vocabulary))


main()
