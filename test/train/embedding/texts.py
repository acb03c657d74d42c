"""Texts as `encodeTexts.ts` writes them, and their vectors by a table as `staticModel.ts` reads it."""

import json
import struct

import numpy as np


# What a subword counts depends on its number in the text, see `place_of`.
PLACES = 16


def place_of(number):
    """The place of a text's subwords by their numbers, from 0: finer at the beginning."""
    return np.minimum(np.floor(2 * np.log2(number + 1)).astype(np.int64), PLACES - 1)


def numbers(file):
    return np.fromfile(file, dtype=np.uint32).astype(np.int64)


class Texts:
    def __init__(self, folder, name):
        file = f'{folder}/{name}'
        self.starts, self.subwords = numbers(f'{file}.starts'), numbers(f'{file}.subwords')
        self.factors = (1 + np.log(numbers(f'{file}.counts'))).astype(np.float32)

    def lengths(self):
        return np.diff(self.starts)

    def places(self, chosen):
        """Where the subwords of the chosen texts are, one text after the other."""
        lengths = self.lengths()[chosen]
        ends = np.cumsum(lengths)
        return np.arange(ends[-1] if len(ends) else 0) + np.repeat(self.starts[chosen] - ends + lengths, lengths)


class Table:
    """A trained table: unit vectors of texts."""

    def __init__(self, file):
        with open(file, 'rb') as source:
            data = source.read()
        length = struct.unpack('<I', data[:4])[0]
        header = json.loads(data[4 : 4 + length])
        count, start = header['n'], (4 + length + 3) // 4 * 4
        weights = np.frombuffer(data, dtype=np.float32, count=2 * count, offset=start).reshape(2, count)
        self.weights = dict(query=weights[0], code=weights[1])
        self.places = {kind: np.array(values, dtype=np.float32) for kind, values in header['places'].items()}
        self.rows = np.frombuffer(data, dtype=np.int8, offset=start + 8 * count).reshape(count, header['dim'])

    def vectors(self, texts, kind):
        count = len(texts.starts) - 1
        vectors = np.zeros((count, self.rows.shape[1]), dtype=np.float32)
        for at in range(0, count, 2000):
            chosen = np.arange(at, min(at + 2000, count))
            places, lengths = texts.places(chosen), texts.lengths()[chosen]
            subwords = texts.subwords[places]
            counted = self.places[kind][place_of(np.arange(len(places)) - np.repeat(np.cumsum(lengths) - lengths, lengths))]
            summed = self.rows[subwords] * (counted * texts.factors[places] * self.weights[kind][subwords])[:, None]
            filled = lengths > 0
            vectors[chosen[filled]] = np.add.reduceat(summed, (np.cumsum(lengths) - lengths)[filled], axis=0)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
