"""Fine-tunes all-MiniLM-L6-v2 on code: deep.py PAIRS EVALUATION MINILM FOLDER [--steps N] [--minutes N] ...

Questions and code are drawn together, everything else in the batch is pushed away; half of a batch is of one package.
What is reached is kept in FOLDER after every few steps and when the minutes are over, and the next run goes on from
there; at the end FOLDER/model holds the weights and the tokeniser, in the form that MINILM has.
"""

import argparse
import json
import os
import shutil
import struct
import time

import numpy as np
import torch
import torch.nn.functional as F

import minilm

parser = argparse.ArgumentParser()
for name in ('pairs', 'evaluation', 'minilm', 'folder'):
    parser.add_argument(name)
for name, value in dict(steps=4000, minutes=90.0, batch=64, rate=6e-5, temperature=0.05, same=0.5, warm=100, kept=100,
                        questions=600, seed=1, threads=2).items():
    parser.add_argument(f'--{name}', type=type(value), default=value)
options = parser.parse_args()
torch.set_num_threads(options.threads)
QUERY_TOKENS, CODE_TOKENS, READ_TOKENS = 40, 112, 160
checkpoint = f'{options.folder}/checkpoint.pt'


def read(file):
    with open(file, encoding='utf8') as source:
        return json.load(source)


def batch_at(step, rows, by_package):
    """The same pairs at the same step, in every run."""
    chance = np.random.default_rng([options.seed, step])
    near = by_package[chance.integers(len(by_package))]
    count = min(len(near), int(options.batch * options.same))
    chosen = list(chance.choice(near, count, replace=False))
    return [rows[i] for i in dict.fromkeys(chosen + list(chance.choice(len(rows), options.batch - count, replace=False)))]


def groups_of(rows):
    packages = {}
    for index, row in enumerate(rows):
        packages.setdefault(row['package'], []).append(index)
    return [np.array(own) for own in packages.values() if len(own) >= 8]


def embed(model, tokens, texts, most):
    return model(minilm.padded([tokens.encode(minilm.plain(text), most) for text in texts]))


def train(model, tokens, rows):
    """True when all steps are done, false when the minutes are over before."""
    for table in (model.words, model.places):
        table.requires_grad_(False)
    trained = [value for value in model.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=options.rate, weight_decay=0.01)
    step, by_package, began, losses = 0, groups_of(rows), time.time(), []
    if os.path.exists(checkpoint):
        kept = torch.load(checkpoint)
        step = kept['step']
        model.load_state_dict(kept['model'])
        optimiser.load_state_dict(kept['optimiser'])
        print(f'going on from step {step}', flush=True)
    while step < options.steps and time.time() - began < options.minutes * 60:
        batch = batch_at(step, rows, by_package)
        queries = embed(model, tokens, [row['query'] for row in batch], QUERY_TOKENS)
        codes = embed(model, tokens, [row['code'] for row in batch], CODE_TOKENS)
        scores = queries @ codes.T / options.temperature
        right = torch.arange(len(batch))
        loss = (F.cross_entropy(scores, right) + F.cross_entropy(scores.T, right)) / 2
        for group in optimiser.param_groups:
            group['lr'] = options.rate * min(1, (step + 1) / options.warm) * (1 - step / options.steps)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        losses.append(float(loss))
        step += 1
        if step % options.kept == 0:
            keep(step, model, optimiser)
            print(f'step {step}: loss {np.mean(losses[-options.kept:]):.3f}, {time.time() - began:.0f} s', flush=True)
    keep(step, model, optimiser)
    return step == options.steps


def keep(step, model, optimiser):
    torch.save(dict(step=step, model=model.state_dict(), optimiser=optimiser.state_dict()), f'{checkpoint}.new')
    os.replace(f'{checkpoint}.new', checkpoint)


def evaluate(model, tokens, sets):
    """MRR@10 of each set's first questions among all of its functions."""
    with torch.no_grad():
        for each in sets:
            asked = each['asked'][: options.questions]
            codes = [row['code'] for row in each['asked'] + each['others']]
            code_vectors = torch.cat([embed(model, tokens, codes[at : at + 32], READ_TOKENS) for at in range(0, len(codes), 32)])
            query_vectors = embed(model, tokens, [row['query'] for row in asked], QUERY_TOKENS)
            scores = query_vectors @ code_vectors.T
            ranks = (scores >= scores.diagonal()[:, None]).sum(1).float()
            print(f"{each['name']}: MRR@10 {float((1 / ranks * (ranks <= 10)).mean()):.3f}", flush=True)


def write(model):
    """As safetensors in half precision: uint64 length of a JSON header, the header, the tensors."""
    parameters = model.state_dict()
    tensors = {theirs: parameters[ours] for ours, theirs in minilm.names()}
    tensors['embeddings.token_type_embeddings.weight'] = torch.stack([parameters['types']] * 2)
    header, parts, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.numpy().astype(np.float16).tobytes()
        header[name] = dict(dtype='F16', shape=list(tensor.shape), data_offsets=[offset, offset + len(data)])
        parts.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    os.makedirs(f'{options.folder}/model', exist_ok=True)
    with open(f'{options.folder}/model/model.fp16.safetensors', 'wb') as output:
        output.write(struct.pack('<Q', len(text)) + text + b''.join(parts))
    shutil.copy(f'{options.minilm}/tokenizer.json', f'{options.folder}/model/tokenizer.json')


def main():
    os.makedirs(options.folder, exist_ok=True)
    model, tokens = minilm.load(options.minilm)
    if train(model, tokens, read(options.pairs)):
        write(model)
        evaluate(model, tokens, read(options.evaluation))
    else:
        print('The minutes are over; the next run goes on.')


main()
