"""Makes what deep.py trains on: deepTokens.py PAIRS MINILM FOLDER

FOLDER/start gets all-MiniLM-L6-v2 with a vocabulary for code: of its own tokens those that the pairs have, filled up with
its most frequent ones, and the words that the pairs have most often and that it would cut, each of which begins as the
mean of its pieces.
FOLDER/tokens.npz gets the token ids of all pairs.
"""

import collections
import json
import os
import sys

import numpy as np
import torch

import minilm

# With these, six layers and 256 places, the model fits 20 MB as bytes.
TOKENS, NEW_WORDS, PLACES = 21_000, 2_000, 256
MARKS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]']


def choose(counts, tokens):
    """Tokens by id, and the words among them that are new."""
    cut = {word: len(tokens.pieces(word)) for word in counts}
    known = lambda word: word.isascii() and word.isalpha() and 3 <= len(word) <= 20
    saved = {word: (cut[word] - 1) * count for word, count in counts.items() if cut[word] > 1 and known(word)}
    new = set(sorted(saved, key=lambda word: (-saved[word], word))[:NEW_WORDS])
    names = {id: token for token, id in tokens.vocabulary.items()}
    used = collections.Counter()
    for word, count in counts.items():
        for id in [] if word in new else tokens.pieces(word):
            used[names[id]] += count
    letters = [mark + letter for mark in ('', '##') for letter in 'abcdefghijklmnopqrstuvwxyz0123456789']
    kept = sorted(used, key=lambda token: (-used[token], token))
    # What no pair has may be asked for: MiniLM's tokens begin with the most frequent ones.
    others = [token for token in tokens.vocabulary if token.isascii() and token.removeprefix('##').isalnum()]
    return list(dict.fromkeys(MARKS + letters + sorted(new) + kept + others))[:TOKENS], new


def start_weights(weights, tokens, vocabulary, new):
    rows = weights['embeddings.word_embeddings.weight']
    ids = [tokens.pieces(token) if token in new else [tokens.vocabulary[token]] for token in vocabulary]
    chosen = torch.stack([rows[own].mean(0) for own in ids])
    changed = {
        'embeddings.word_embeddings.weight': chosen,
        'embeddings.position_embeddings.weight': weights['embeddings.position_embeddings.weight'][:PLACES],
    }
    return weights | changed


def begin(texts, minilm_folder, folder):
    """The model to start from; one that is there stays, so that more pairs can be learnt by what has learnt from others."""
    if os.path.exists(f'{folder}/start'):
        return
    counts = collections.Counter(word for text in texts for word in text.split(' '))
    tokens = minilm.WordPiece(f'{minilm_folder}/tokenizer.json')
    vocabulary, new = choose(counts, tokens)
    weights = minilm.read_safetensors(f'{minilm_folder}/model.fp16.safetensors')
    model = minilm.MiniLm(start_weights(weights, tokens, vocabulary, new))
    minilm.save(f'{folder}/start', model.state_dict(), vocabulary)


def main(pairs_file, minilm_folder, folder):
    with open(pairs_file, encoding='utf8') as source:
        pairs = json.load(source)
    # What is searched begins with its path; half of the pairs do, so that neither is needed.
    codes = [pair['code'] if at % 2 == 0 else f"{pair['path']}\n{pair['code']}" for at, pair in enumerate(pairs)]
    texts = {'query': [minilm.read_of(pair['query'], 'query') for pair in pairs],
             'code': [minilm.read_of(code, 'code') for code in codes]}
    begin(texts['query'] + texts['code'], minilm_folder, folder)
    tokens = minilm.WordPiece(f'{folder}/start/tokenizer.json')
    ids = {kind: minilm.encoded(tokens, own, minilm.MOST_TOKENS[kind]) for kind, own in texts.items()}
    np.savez(f'{folder}/tokens.npz', **ids)
    print(f"{len(pairs)} pairs; their code has {np.count_nonzero(ids['code']) / len(pairs):.0f} tokens", flush=True)


os.makedirs(sys.argv[3], exist_ok=True)
main(*sys.argv[1:])
