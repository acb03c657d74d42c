import assert from 'node:assert/strict';
import type { CodeStyle } from '../../../../src/index/chunks/codeStyle.ts';
import { countCodeWords, hashWord } from '../../../../src/index/graph/codeWords.ts';
import { FileNames } from '../../../../src/index/graph/fileNames.ts';
import { findImports } from '../../../../src/index/graph/findImports.ts';
import { type ProjectFacts, resolveImport } from '../../../../src/index/graph/importResolver.ts';

describe('What a file imports', () => {
  for (const { language, text, imports } of [
    {
      language: 'typescript',
      text:
        "import a, { b } from './a.ts';\nimport type {\n  C,\n} from \"../c\";\nimport 'side';\nexport * from './d';\n" +
        "const e = require('./e');\nconst f = await import('./f.js');\nconst no = 'import x from \"./no\"';\nexport const g = 1;\n",
      imports: ['./a.ts', '../c', 'side', './d', './e', './f.js'],
    },
    {
      language: 'python',
      text:
        'import os, shop.cart as cart\nfrom . import models\nfrom ..core.base import (\n    Base,  # why\n    Other as O,\n)\n' +
        'def late():\n    from shop import *\n',
      imports: ['os', 'shop.cart', '.', '.:models', '..core.base', '..core.base:Base', '..core.base:Other', 'shop'],
    },
    {
      language: 'go',
      text: 'package a\n\nimport "fmt"\nimport (\n\tx "example.org/shop/x"\n\t_ "example.org/shop/y"\n)\n',
      imports: ['fmt', 'example.org/shop/x', 'example.org/shop/y'],
    },
    {
      language: 'rust',
      text: 'mod queue;\npub mod tests { }\nuse crate::a::{self, b::{C, D as E}};\npub use super::x::*;\nuse std::fmt;\n',
      imports: [
        'use:crate::a::self',
        'use:crate::a::b::C',
        'use:crate::a::b::D',
        'use:super::x::*',
        'use:std::fmt',
        'mod:queue',
      ],
    },
    {
      language: 'java',
      text: 'package a;\nimport com.shop.Cart;\nimport static com.shop.Money.of;\nimport com.shop.model.*;\n',
      imports: ['com.shop.Cart', 'com.shop.Money.of', 'com.shop.model.*'],
    },
    {
      language: 'csharp',
      text: 'using System;\nglobal using Shop.Carts;\nusing C = Shop.Cart;\nusing (var x = y) {}\n',
      imports: ['System', 'Shop.Carts', 'Shop.Cart'],
    },
    {
      language: 'cpp',
      text: '#include "a/b.h"\n#  include <vector>\n// #include "no.h"\n',
      imports: ['a/b.h', 'vector'],
    },
    { language: 'ruby', text: "require 'json'\nrequire_relative '../lib/a'\n", imports: ['json', './../lib/a'] },
    {
      language: 'php',
      text: "<?php\nuse App\\Http\\Router;\nuse function App\\url as u;\nrequire_once __DIR__ . '/boot.php';\n",
      imports: ['App\\Http\\Router', 'App\\url', 'boot.php'],
    },
    { language: 'shellscript', text: 'source ./lib.sh\n. "$DIR/env.sh"\n', imports: ['./lib.sh', 'env.sh'] },
    { language: 'markdown', text: 'See [it](docs/a.md#top) and ![b](b.png "b").\n', imports: ['docs/a.md', 'b.png'] },
    { language: 'plaintext', text: "import './a'\n", imports: [] },
  ]) {
    it(`is found in ${language}`, () => {
      assert.deepEqual(findImports(text, language), imports);
    });
  }

  it('is found in no exponential time in a hostile text', function () {
    this.timeout(60_000);
    for (const language of [
      'typescript',
      'python',
      'rust',
      'php',
      'markdown',
      'go',
      'html',
      'csharp',
      'java',
      'shellscript',
      'ruby',
      'cpp',
    ]) {
      for (const text of [
        'import ',
        'from a import (',
        'use a::{',
        '](',
        'import (',
        "require '",
        'export {',
        '<img ',
        'using ',
        '#include ',
        '. ',
      ]) {
        for (const end of ['', '\n']) findImports(`${text}${end}`.repeat(3000), language);
      }
    }
  });
});

describe('Where an import leads', () => {
  const facts: ProjectFacts = {
    goModules: [{ folder: 'go', name: 'example.org/shop' }],
    packages: [{ folder: 'packages/core', name: '@shop/core' }],
    crates: [{ folder: 'crates/queue', name: 'job_queue' }],
    aliases: [
      { folder: 'web', pattern: '@/*', places: ['web/src/*'] },
      { folder: 'web', pattern: '*', places: ['web/lib/*'] },
    ],
  };
  const files = new FileNames([
    ...['web/src/app.ts', 'web/src/view.tsx', 'web/src/util/index.ts', 'web/src/data.json', 'web/lib/money.ts'],
    ...['packages/core/src/index.ts', 'packages/core/src/cart.ts', 'packages/core/types.d.ts'],
    ...[
      'py/shop/__init__.py',
      'py/shop/cart.py',
      'py/shop/models/__init__.py',
      'py/shop/models/order.py',
      'py/main.py',
    ],
    ...['go/go.mod', 'go/main.go', 'go/cart/cart.go', 'go/cart/price.go', 'go/cart/cart_test.go'],
    ...[
      'crates/queue/src/lib.rs',
      'crates/queue/src/job.rs',
      'crates/queue/src/store/mod.rs',
      'crates/queue/src/store/disk.rs',
    ],
    ...['crates/app/src/main.rs', 'j/src/main/java/com/shop/Cart.java', 'j/src/main/java/com/shop/model/Order.java'],
    ...[
      'c/include/shop/ring.h',
      'c/src/ring.c',
      'c/src/local.h',
      'php/src/Http/Router.php',
      'rb/lib/a.rb',
      'rb/bin/b.rb',
    ],
    ...['docs/guide.md', 'README.md'],
  ]);
  for (const [language, from, imported, found] of [
    ['typescript', 'web/src/app.ts', './view', ['web/src/view.tsx']],
    ['typescript', 'web/src/app.ts', './view.js', ['web/src/view.tsx']],
    ['typescript', 'web/src/app.ts', './util', ['web/src/util/index.ts']],
    ['typescript', 'web/src/util/index.ts', '../data.json', ['web/src/data.json']],
    ['typescript', 'web/src/util/index.ts', '@/app', ['web/src/app.ts']],
    ['typescript', 'web/src/app.ts', 'money', ['web/lib/money.ts']],
    ['typescript', 'packages/core/src/cart.ts', 'money', []],
    ['typescript', 'web/src/app.ts', '@shop/core', ['packages/core/src/index.ts']],
    ['typescript', 'web/src/app.ts', '@shop/core/cart', ['packages/core/src/cart.ts']],
    ['typescript', 'packages/core/src/cart.ts', '../types', ['packages/core/types.d.ts']],
    ['typescript', 'web/src/app.ts', '../../../../outside', []],
    ['typescript', 'web/src/app.ts', 'react', []],
    ['python', 'py/main.py', 'shop.cart', ['py/shop/cart.py']],
    ['python', 'py/main.py', 'shop:cart', ['py/shop/cart.py']],
    ['python', 'py/shop/cart.py', '.models', ['py/shop/models/__init__.py']],
    ['python', 'py/shop/cart.py', '.models:order', ['py/shop/models/order.py']],
    ['python', 'py/shop/models/order.py', '..cart', ['py/shop/cart.py']],
    ['python', 'py/shop/models/order.py', '.', ['py/shop/models/__init__.py']],
    ['python', 'py/main.py', 'os', []],
    ['go', 'go/main.go', 'example.org/shop/cart', ['go/cart/cart.go', 'go/cart/price.go']],
    ['go', 'go/main.go', 'example.org/shop', ['go/main.go']],
    ['go', 'go/main.go', 'example.org/shopping', []],
    ['rust', 'crates/queue/src/lib.rs', 'mod:store', ['crates/queue/src/store/mod.rs']],
    ['rust', 'crates/queue/src/store/mod.rs', 'mod:disk', ['crates/queue/src/store/disk.rs']],
    ['rust', 'crates/queue/src/store/disk.rs', 'use:crate::job::Job', ['crates/queue/src/job.rs']],
    ['rust', 'crates/queue/src/store/disk.rs', 'use:super::super::job::Job', ['crates/queue/src/job.rs']],
    ['rust', 'crates/app/src/main.rs', 'use:job_queue::store::disk::Disk', ['crates/queue/src/store/disk.rs']],
    ['rust', 'crates/app/src/main.rs', 'use:job_queue::Queue', ['crates/queue/src/lib.rs']],
    ['rust', 'crates/app/src/main.rs', 'use:std::fmt', []],
    ['java', 'j/src/main/java/com/shop/model/Order.java', 'com.shop.Cart', ['j/src/main/java/com/shop/Cart.java']],
    ['java', 'j/src/main/java/com/shop/Cart.java', 'com.shop.model.*', ['j/src/main/java/com/shop/model/Order.java']],
    [
      'java',
      'j/src/main/java/com/shop/Cart.java',
      'com.shop.model.Order.Line.of',
      ['j/src/main/java/com/shop/model/Order.java'],
    ],
    ['java', 'j/src/main/java/com/shop/Cart.java', 'java.util.List', []],
    ['c', 'c/src/ring.c', 'local.h', ['c/src/local.h']],
    ['c', 'c/src/ring.c', 'shop/ring.h', ['c/include/shop/ring.h']],
    ['c', 'c/src/ring.c', 'stdio.h', []],
    ['php', 'php/index.php', 'App\\Http\\Router', ['php/src/Http/Router.php']],
    ['php', 'php/index.php', 'Exception', []],
    ['ruby', 'rb/bin/b.rb', './../lib/a', ['rb/lib/a.rb']],
    ['ruby', 'rb/bin/b.rb', 'json', []],
    ['markdown', 'README.md', 'docs/guide.md', ['docs/guide.md']],
    ['markdown', 'docs/guide.md', '../README.md', ['README.md']],
    ['markdown', 'docs/guide.md', 'https://example.org/README.md', []],
  ] as const) {
    it(`of “${imported}” in ${from}: ${found.join(', ') || 'outside'}`, () => {
      assert.deepEqual(resolveImport(from, language, imported, files, facts), found);
    });
  }
});

describe('The words of a code', () => {
  const c: CodeStyle = { line: '//', block: true };
  const shell: CodeStyle = { line: '#', block: false };
  for (const [style, text, found] of [
    [c, 'one("two") /* three */ + a.four + five // six\nseven', ['one', '.four', 'five', 'seven']],
    [c, "f('x\\'y', `zz ${ww}`) ...rest 'never closed\nnext", ['zz', 'ww', 'rest', 'next']],
    [c, 'one->two; three::four; größe; 12px', ['one', '.two', 'three', '.four', 'größe']],
    [c, '/* never closed one\ntwo', []],
    [{ ...shell, triple: true }, 'one # two\n"""three\n"four" """ five \'six', ['one', 'five']],
    [
      { ...c, lifetimes: true },
      "fn one<'two>(x: &'two str) { 'q'; three }",
      ['fn', 'one', 'two', 'two', 'str', 'three'],
    ],
    [shell, 'one # two\nputs "three #{four}"', ['one', 'puts']],
    [
      { ...shell, prose: true },
      'See `run` and readFile() and snake_case, not others. https://a.b/camelCase',
      ['run', 'readFile', 'snake_case'],
    ],
  ] as const) {
    it(`are told from comments and strings: ${JSON.stringify(text)}`, () => {
      const counts = countCodeWords(text, style);
      const expected = new Map<number, number>();
      for (const word of found) expected.set(hashWord(word), (expected.get(hashWord(word)) ?? 0) + 1);
      assert.deepEqual(counts, expected);
    });
  }
});
