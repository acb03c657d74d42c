"""all-MiniLM-L6-v2 in PyTorch: its weights, its WordPiece tokeniser, and what of a text it is given."""

import json
import os
import re
import struct
import unicodedata

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WIDTH, INNER, HEADS = 384, 1536, 12
# What is read of a text; more letters do not become more tokens.
MOST_TOKENS, MOST_LETTERS = dict(query=32, code=128), dict(query=400, code=1_600)


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
    """Unit vectors of padded rows of token ids; the mean over the tokens. Sizes are those of the weights."""

    def __init__(self, weights):
        super().__init__()
        rows = lambda name: len(weights[f'embeddings.{name}_embeddings.weight'])
        self.words, self.places = nn.Embedding(rows('word'), WIDTH), nn.Embedding(rows('position'), WIDTH)
        self.normed = nn.LayerNorm(WIDTH, eps=1e-12)
        count = len({name.split('.')[2] for name in weights if name.startswith('encoder.layer.')})
        self.layers = nn.ModuleList(Layer() for _ in range(count))
        self.register_buffer('types', weights['embeddings.token_type_embeddings.weight'][0])
        self.load_state_dict({ours: weights[theirs] for ours, theirs in names(count)} | {'types': self.types})

    def forward(self, ids):
        mask = (ids > 0).float()
        x = self.normed(self.words(ids) + self.places.weight[: ids.shape[1]] + self.types)
        bias = ((1 - mask) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias)
        return F.normalize((x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True), dim=1)


def names(layers):
    """Names of our parameters beside those of the published file."""
    yield 'words.weight', 'embeddings.word_embeddings.weight'
    yield 'places.weight', 'embeddings.position_embeddings.weight'
    modules = [('normed', 'embeddings.LayerNorm')]
    parts = {
        'query': 'attention.self.query', 'key': 'attention.self.key', 'value': 'attention.self.value',
        'output': 'attention.output.dense', 'attended': 'attention.output.LayerNorm',
        'inner': 'intermediate.dense', 'outer': 'output.dense', 'normed': 'output.LayerNorm',
    }
    for layer in range(layers):
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


def write_safetensors(file, tensors):
    """The form that `read_safetensors` reads."""
    header, parts, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = tensor.detach().numpy().astype(np.float16).tobytes()
        header[name] = dict(dtype='F16', shape=list(tensor.shape), data_offsets=[offset, offset + len(data)])
        parts.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    with open(file, 'wb') as output:
        output.write(struct.pack('<Q', len(text)) + text + b''.join(parts))


def save(folder, parameters, vocabulary):
    """A model that `load` reads, from its parameters by our names and the tokens, each at the place of its id."""
    layers = len({name.split('.')[1] for name in parameters if name.startswith('layers.')})
    tensors = {theirs: parameters[ours] for ours, theirs in names(layers)}
    tensors['embeddings.token_type_embeddings.weight'] = torch.stack([parameters['types']] * 2)
    os.makedirs(folder, exist_ok=True)
    write_safetensors(f'{folder}/model.fp16.safetensors', tensors)
    with open(f'{folder}/tokenizer.json', 'w', encoding='utf8') as output:
        json.dump(dict(model=dict(vocab={token: id for id, token in enumerate(vocabulary)})), output, ensure_ascii=False)


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
        for word in words_of(text):
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


def encoded(tokens, texts, most):
    """Token ids of texts, a row each, filled up with zeros."""
    ids = np.zeros((len(texts), most), dtype=np.uint16)
    for place, text in enumerate(texts):
        row = tokens.encode(text, most)
        ids[place, : len(row)] = row
    return ids


def words_of(text):
    return re.findall(r'[^\W_]+|[^\w\s]|_', unicodedata.normalize('NFD', text.lower()))


def plain(text):
    """A text without punctuation, its identifiers as words: what the model is given of code and questions."""
    text = re.sub(r'[_$]+', ' ', text)
    text = re.sub(r'([a-z0-9])([A-Z])', r'\1 \2', text)
    text = re.sub(r'([A-Z]+)([A-Z][a-z])', r'\1 \2', text)
    return re.sub(r'\s+', ' ', re.sub(r'[{}()\[\];,"\'`<>=+\-*/&|!?:.\\@#~^%]+', ' ', text)).strip()


def read_of(text, kind):
    """The words that a model is given of a text, with spaces between them."""
    return ' '.join(words_of(plain(text[: MOST_LETTERS[kind]]))[: MOST_TOKENS[kind]])


def padded(rows):
    length = max(map(len, rows))
    return torch.tensor([row + [0] * (length - len(row)) for row in rows])


# Rows of about the same length go through the model together, so that little is padded.
TOGETHER = 16


def embed(model, ids):
    """Unit vectors of rows of token ids, each filled up with zeros."""
    lengths = np.count_nonzero(ids, axis=1)
    order = np.argsort(lengths, kind='stable')
    parts = [order[at : at + TOGETHER] for at in range(0, len(order), TOGETHER)]
    with torch.autocast('cpu', dtype=torch.bfloat16, enabled=HAS_HALF):
        vectors = [model(torch.from_numpy(ids[part, : lengths[part].max()].astype(np.int64))) for part in parts]
    return torch.cat(vectors).float()[torch.from_numpy(np.argsort(order))]


def has_half():
    """True where numbers of 16 bits are the faster ones."""
    with open('/proc/cpuinfo', encoding='utf8') as source:
        return 'avx512_bf16' in source.read()


HAS_HALF = has_half()
