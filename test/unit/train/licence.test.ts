import assert from 'node:assert/strict';
import { binaryPermission, debianPermission, isPermissive, npmPermission } from '../../train/embedding/licence.ts';

describe('Licences of what is trained on', () => {
  for (const [expression, expected] of Object.entries({
    MIT: true,
    Expat: true,
    'Apache-2.0': true,
    'Apache 2.0': true,
    'Apache-2.0 with LLVM-exception': true,
    'BSD-3-Clause': true,
    'BSD-3-clause-Google': true,
    'MIT or Apache-2.0': true,
    '(MIT OR GPL-3.0)': true,
    'MIT AND Zlib': true,
    '(MIT OR Apache-2.0) AND Unicode-DFS-2016': true,
    '(MIT OR Apache-2.0) AND GPL-3.0': false,
    'MIT OR (Apache-2.0 AND (GPL-2 OR GPL-3))': true,
    'BSD-3-clause or GPL-3, and zlib/libpng': true,
    'BSD-3-clause or GPL-3, and GPL-2': false,
    'GPL-3, LGPL-3, or MIT': false,
    'MIT and GPL-2+': false,
    'MIT, and GPL-2+': false,
    'MIT, GPL-2+ or GPL-3': false,
    'GPL-3.0-or-later': false,
    'LGPL-2.1': false,
    'MPL-2.0': false,
    'BSD-4-clause': false,
    'BUSL-1.1': false,
    'CC-BY-SA-4.0': false,
    'SEE LICENSE IN LICENSE.md': false,
    UNLICENSED: false,
    undefined: false,
    '': false,
  })) {
    it(`${expected ? 'takes' : 'refuses'} “${expression}”`, () => {
      assert.equal(isPermissive(expression), expected);
    });
  }

  it('takes a package of npm by its word, unless its licence file says otherwise', () => {
    assert.deepEqual(npmPermission('{"license":"MIT"}', 'Permission is hereby granted').licences, ['MIT']);
    assert.deepEqual(npmPermission('{"license":{"type":"ISC"}}', undefined).licences, ['ISC']);
    const copyleft = 'GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007';
    for (const [packageJson, text] of [
      ['{"license":"MIT"}', copyleft],
      ['{"license":"GPL-3.0"}', undefined],
      ['{}', 'MIT'],
    ] as const) {
      const permission = npmPermission(packageJson, text);
      assert.deepEqual([permission.licences, permission.permits('index.js')], [[], false]);
    }
  });

  const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: parser

Files: *
Copyright: 2020 Jane
License: Expat

Files: contrib/*.c
 src/old?.c
Copyright: 2001 John
License: GPL-2+
 This is free software.
 .
 More.

Files: debian/*
Copyright: 2021 Packager
License: GPL-3+

License: Expat
 Permission is hereby granted.
`;

  it('takes the files of a source package that its last fitting paragraph permits', () => {
    const { licences, permits } = debianPermission(copyright);
    assert.deepEqual(licences, ['Expat']);
    const files = ['src/main.c', 'contrib/deep/x.c', 'contrib/x.h', 'src/old1.c', 'src/older.c', 'debian/rules'];
    assert.deepEqual(files.filter(permits), ['src/main.c', 'contrib/x.h', 'src/older.c']);
  });

  it('takes a binary package only as a whole', () => {
    assert.equal(binaryPermission(copyright).permits('lib/main.py'), false);
    const free = copyright.replace('GPL-2+', 'BSD-2-clause');
    assert.equal(binaryPermission(free).permits('lib/main.py'), true);
    assert.deepEqual(binaryPermission(free).licences, ['Expat', 'BSD-2-clause']);
  });

  it('takes nothing from a copyright file that only people can read', () => {
    const prose = 'This package was debianized by Jane.\n\nFiles: *\nLicense: MIT\n';
    for (const permission of [debianPermission(prose), binaryPermission(prose), debianPermission('')]) {
      assert.deepEqual([permission.licences, permission.permits('a.c')], [[], false]);
    }
  });
});
