import assert from 'node:assert/strict';
import fc from 'fast-check';
import { droppedFile } from '../../../../src/chat/attach/droppedFile.ts';
import { movedLines } from '../../../../src/chat/attach/movedLines.ts';
import { plainTerminalText } from '../../../../src/chat/attach/plainTerminalText.ts';
import { readableText } from '../../../../src/chat/attach/readableText.ts';
import { isPrivateAddress } from '../../../../src/privacy/isPrivateAddress.ts';

describe('lines that are attached', () => {
  /** A change that replaces lines `first` to `last` from column 0 on by text with so many line ends. */
  const change = (first: number, last: number, newLineEnds: number, firstColumn = 0) => {
    return { first, last, firstColumn, newLineEnds };
  };
  const cases: [what: string, changes: ReturnType<typeof change>[], now: [number, number]][] = [
    ['stay where they are for what is typed after them', [change(20, 20, 3)], [5, 9]],
    ['move with what is typed before them', [change(2, 2, 3)], [8, 12]],
    ['move with an empty line put right before them', [change(5, 5, 1)], [6, 10]],
    ['grow with what is typed inside', [change(7, 7, 2, 4)], [5, 11]],
    ['shrink with what is deleted inside', [change(6, 8, 0)], [5, 7]],
    ['are one line where all of them is deleted', [change(4, 12, 0)], [4, 4]],
    ['follow several changes at once', [change(1, 1, 2), change(7, 7, 1, 3)], [7, 12]],
  ];
  for (const [what, changes, [first, last]] of cases) {
    it(what, () => {
      assert.deepEqual(movedLines({ first: 5, last: 9 }, changes), { first, last });
    });
  }

  it('follow any change to where the same lines stand', () => {
    const line = fc.integer({ min: 0, max: 29 });
    fc.assert(
      fc.property(line, line, line, line, fc.integer({ min: 0, max: 5 }), (a, b, c, d, newLineEnds) => {
        const lines = { first: Math.min(a, b), last: Math.max(a, b) };
        const edit = { first: Math.min(c, d), last: Math.max(c, d), firstColumn: 0, newLineEnds };
        const { first, last } = movedLines(lines, [edit]);
        assert.ok(first >= 0 && last >= first);
        // Lines that no change has touched are still among them, at the same distance from the end.
        const text = Array.from({ length: 30 }, (_, at) => `line ${at}`);
        const after = [
          ...text.slice(0, edit.first),
          ...Array<string>(newLineEnds + 1).fill('new'),
          ...text.slice(edit.last + 1),
        ];
        const kept = text.slice(lines.first, lines.last + 1).filter((_, at) => {
          return lines.first + at < edit.first || lines.first + at > edit.last;
        });
        const now = after.slice(first, last + 1);
        for (const each of kept) assert.ok(now.includes(each), `${each} in ${now.join(', ')}`);
      }),
    );
  });
});

describe('what a terminal has shown', () => {
  it('is text without colours, titles and what was written over', () => {
    const shown = '\u001b]0;title\u0007\u001b[32mok\u001b[0m 1\r\n 10%\r 100%\r\nabc\b\bx\r\n';
    assert.equal(plainTerminalText(shown), 'ok 1\n 100%\nax');
  });

  it('takes anything', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('\u001b', '[', ']', ';', 'm', '\r', '\n', '\b', 'a', '\u0007') }),
        (output) => {
          assert.doesNotMatch(plainTerminalText(output), /[\u0000-\u0008\u001b]/u);
        },
      ),
    );
  });
});

describe('the readable text of a page', () => {
  const body = 'A lighthouse warns ships of rocks. '.repeat(10);
  it('is what stands in its main part, with headings, lists and code', () => {
    const html = `<!doctype html><html><head><title>Lights &amp; fog</title><style>p{}</style></head><body>
      <nav><a href="/">Home</a></nav><main><h2>Why</h2><p>${body}</p><ul><li>one</li><li>two</li></ul>
      <pre><code>a &lt; b
  c</code></pre><script>alert(1)</script></main><footer>Imprint</footer></body></html>`;
    const { title, text } = readableText(html);
    assert.equal(title, 'Lights & fog');
    assert.match(text, /^## Why\n\nA lighthouse warns/);
    assert.match(text, /- one\n- two/);
    assert.match(text, /```\na < b\n {2}c\n```/);
    assert.doesNotMatch(text, /Home|Imprint|alert/);
  });

  it('takes a page without a main part, without a body, and one that is broken', () => {
    assert.equal(readableText('<body><p>Short</p></body>').text, 'Short');
    assert.equal(readableText('<p>Only this').text, 'Only this');
    assert.equal(readableText('<body><p title="a > b">x<b>y</b><!-- <p>no</p> -->').text, 'xy');
    assert.equal(readableText('a < b').text, 'a  b');
  });

  it('takes anything, however long it nests', () => {
    const piece = fc.constantFrom(
      '<p>',
      '</p>',
      '<nav>',
      '<script>',
      '</script>',
      '<',
      '>',
      '"',
      "='",
      '&#x41;',
      '&#0;',
      'x',
      '<!--',
      '<main>',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        (pieces) => typeof readableText(pieces.join('')).text === 'string',
      ),
    );
    for (const hostile of ['<nav>', '<script>', '<', '<p title="', '<title>', '<pre>  ', '<!--']) {
      assert.ok(readableText(hostile.repeat(100_000)).text.length < 1_000_000, hostile);
    }
  });
});

describe('an address of one’s own network', () => {
  const own = [
    'http://localhost:3000',
    'http://127.1.2.3',
    'http://10.0.0.8',
    'http://192.168.1.1/x',
    'http://172.16.0.1',
    'http://169.254.169.254/latest',
    'http://100.64.0.1',
    'http://0.0.0.0',
    'http://[::1]',
    'http://[fd00::1]',
    'http://[fe80::1]',
    'http://[::ffff:10.0.0.1]',
    'http://[::10.0.0.1]',
    'http://[64:ff9b::10.0.0.1]',
    'http://[2002:a00:1::]',
    'http://[fec0::1]',
    'http://2130706433',
    'http://0x7f.1',
    'http://router',
    'http://printer.local',
    'http://db.internal.',
    'no address',
  ];
  for (const address of own) {
    it(`is ${address}`, () => {
      assert.ok(isPrivateAddress(address));
    });
  }
  for (const address of [
    'https://example.com',
    'http://8.8.8.8',
    'http://172.32.0.1',
    'http://[2606:4700::1]',
    'http://[2002:808:808::]',
  ]) {
    it(`is not ${address}`, () => {
      assert.ok(!isPrivateAddress(address));
    });
  }
});

describe('a file that was dropped', () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  it('is a picture or a text by what is in it, not by its name', () => {
    assert.deepEqual(droppedFile('note.txt', png).content, { type: 'image', mimeType: 'image/png', bytes: png });
    assert.deepEqual(droppedFile('photo.png', encode('hello')).content, { type: 'text', text: 'hello' });
  });
  const refused: [name: string, bytes: Uint8Array, why: RegExp][] = [
    ['.env', encode('A=1'), /keys or passwords/],
    ['note.txt', encode(`-----BEGIN PRIVATE KEY-----\n${'QUJDRA'.repeat(8)}\n`), /private key/],
    ['a.zip', new Uint8Array([0x50, 0x4b, 3, 4, 0]), /neither text nor a picture/],
    ['a.txt', new Uint8Array([0xff, 0xfe, 0x41]), /neither text nor a picture/],
    ['big.png', new Uint8Array([...png, ...new Uint8Array(5_000_000)]), /larger than 5 MB/],
  ];
  for (const [name, bytes, why] of refused) {
    it(`is refused as ${name}: ${String(why)}`, () => {
      assert.throws(() => droppedFile(name, bytes), why);
    });
  }
  it('has a name that is one line', () => {
    assert.equal(droppedFile('a/b\nc.txt', encode('x')).label, 'a b c.txt');
    assert.equal(droppedFile('', encode('x')).label, 'Pasted file');
  });
});
