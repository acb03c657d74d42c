"""Groups pairs that are hard to tell apart: neighbours.py PAIRS STATIC TABLE FOLDER

Each group is of one package: a pair and those of which the static table thinks the same. FOLDER/groups.npy gets a group in
each row; FOLDER/alike.npz the table's vectors of all pairs as bytes, by which copies are known.
"""

import collections
import json
import sys

import numpy as np

import texts

SIZE = 16
# The words of a name teach less than sentences: of a language with enough of these, so many names are left.
ENOUGH, SHARE_OF_NAMES = 6_000, 0.3


def teaching(pairs, chance):
    """Places of the pairs to learn from."""
    counts = collections.Counter((pair['language'], pair['kind'] == 'named') for pair in pairs)
    share = {
        language: max(SHARE_OF_NAMES, min(1, (ENOUGH - counts[language, False]) / count))
        for (language, named), count in counts.items() if named
    }
    drawn = chance.random(len(pairs))
    return np.array([at for at, pair in enumerate(pairs) if pair['kind'] != 'named' or drawn[at] < share[pair['language']]])


def groups_of(vectors, chance):
    """Rows of places in `vectors`: each time one that is left, by chance, and those left that are next to it."""
    left = np.ones(len(vectors), dtype=bool)
    groups = []
    for first in chance.permutation(len(vectors)):
        if left.sum() < SIZE:
            break
        if left[first]:
            likeness = np.where(left, vectors @ vectors[first], -np.inf)
            own = np.argpartition(-likeness, SIZE - 1)[:SIZE]
            left[own] = False
            groups.append(own)
    return groups


def main(pairs_file, static_folder, table_file, folder):
    chance = np.random.default_rng(1)
    table = texts.Table(table_file)
    queries = table.vectors(texts.Texts(static_folder, 'query'), 'query')
    codes = table.vectors(texts.Texts(static_folder, 'code'), 'code')
    packages = texts.numbers(f'{static_folder}/groups')
    with open(pairs_file, encoding='utf8') as source:
        chosen = teaching(json.load(source), chance)
    groups = []
    for package in np.unique(packages):
        own = chosen[packages[chosen] == package]
        groups += [own[group] for group in groups_of(queries[own] + codes[own], chance)]
    np.save(f'{folder}/groups.npy', np.array(groups))
    bytes_of = lambda vectors: np.round(vectors * 127).clip(-127, 127).astype(np.int8)
    np.savez(f'{folder}/alike.npz', query=bytes_of(queries), code=bytes_of(codes))
    print(f'{len(groups)} groups of {SIZE}', flush=True)


main(*sys.argv[1:])
