"""all-MiniLM-L6-v2 in PyTorch: its weights, its WordPiece tokeniser, and what of a text it is given."""

import json
import re
import struct
import unicodedata

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WIDTH, INNER, HEADS, LAYERS = 384, 1536, 12, 6


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.attended = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.normed = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x, bias):
        batch, length, _ = x.shape
        heads = lambda y: y.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)
        scores = heads(self.query(x)) @ heads(self.key(x)).transpose(2, 3) / (WIDTH // HEADS) ** 0.5
        seen = torch.softmax(scores + bias, -1) @ heads(self.value(x))
        x = self.attended(x + self.output(seen.transpose(1, 2).reshape(batch, length, WIDTH)))
        return self.normed(x + self.outer(F.gelu(self.inner(x))))


class MiniLm(nn.Module):
    """Unit vectors of padded rows of token ids; the mean over the tokens."""

    def __init__(self, weights):
        super().__init__()
        self.words, self.places = nn.Embedding(30522, WIDTH), nn.Embedding(512, WIDTH)
        self.normed = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.register_buffer('types', weights['embeddings.token_type_embeddings.weight'][0])
        self.load_state_dict({ours: weights[theirs] for ours, theirs in names()} | {'types': self.types})

    def forward(self, ids):
        mask = (ids > 0).float()
        x = self.normed(self.words(ids) + self.places.weight[: ids.shape[1]] + self.types)
        bias = ((1 - mask) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        return F.normalize((x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True), dim=1)


def names():
    """Names of our parameters beside those of the published file."""
    yield 'words.weight', 'embeddings.word_embeddings.weight'
    yield 'places.weight', 'embeddings.position_embeddings.weight'
    modules = [('normed', 'embeddings.LayerNorm')]
    parts = {
        'query': 'attention.self.query', 'key': 'attention.self.key', 'value': 'attention.self.value',
        'output': 'attention.output.dense', 'attended': 'attention.output.LayerNorm',
        'inner': 'intermediate.dense', 'outer': 'output.dense', 'normed': 'output.LayerNorm',
    }
    for layer in range(LAYERS):
        modules += [(f'layers.{layer}.{ours}', f'encoder.layer.{layer}.{theirs}') for ours, theirs in parts.items()]
    for ours, theirs in modules:
        yield f'{ours}.weight', f'{theirs}.weight'
        yield f'{ours}.bias', f'{theirs}.bias'


def read_safetensors(file):
    """Tensors by name, from: uint64 length of a JSON header, the header, the tensors in half precision."""
    with open(file, 'rb') as source:
        data = source.read()
    length = struct.unpack('<Q', data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != '__metadata__' and entry['dtype'] == 'F16':
            start, end = (8 + length + offset for offset in entry['data_offsets'])
            values = np.frombuffer(data[start:end], dtype=np.float16).reshape(entry['shape'])
            tensors[name] = torch.tensor(values.astype(np.float32))
    return tensors


def load(folder):
    return MiniLm(read_safetensors(f'{folder}/model.fp16.safetensors')), WordPiece(f'{folder}/tokenizer.json')


class WordPiece:
    def __init__(self, file):
        with open(file, encoding='utf8') as source:
            self.vocabulary = json.load(source)['model']['vocab']
        self.known = {}

    def encode(self, text, most):
        """Token ids between the marks of a beginning and an end, at most so many."""
        ids = [self.vocabulary['[CLS]']]
        for word in re.findall(r'[^\W_]+|[^\w\s]|_', unicodedata.normalize('NFD', text.lower())):
            ids += self.pieces(word)
            if len(ids) >= most - 1:
                break
        return ids[: most - 1] + [self.vocabulary['[SEP]']]

    def pieces(self, word):
        if word not in self.known:
            self.known[word] = self.cut(word)
        return self.known[word]

    def cut(self, word):
        pieces, start = [], 0
        while start < len(word):
            ends = range(len(word), start, -1)
            prefix = '##' if start else ''
            end = next((end for end in ends if prefix + word[start:end] in self.vocabulary), None)
            if end is None:
                return [self.vocabulary['[UNK]']]
            pieces.append(self.vocabulary[prefix + word[start:end]])
            start = end
        return pieces


def plain(text):
    """A text without punctuation, its identifiers as words: what the model is given of code and questions."""
    text = re.sub(r'[_$]+', ' ', text)
    text = re.sub(r'([a-z0-9])([A-Z])', r'\1 \2', text)
    text = re.sub(r'([A-Z]+)([A-Z][a-z])', r'\1 \2', text)
    return re.sub(r'\s+', ' ', re.sub(r'[{}()\[\];,"\'`<>=+\-*/&|!?:.\\@#~^%]+', ' ', text)).strip()


def padded(rows):
    length = max(map(len, rows))
    return torch.tensor([row + [0] * (length - len(row)) for row in rows])
