import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { conversation, message, onePixel } from '../../fixtures/webviewHost/scriptedHost.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

describe('The chat view in a browser: formulas, diagrams, pictures and links into the workspace', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
  });

  const show = async (content: string): Promise<Locator> => {
    const messages = [message({ role: 'user', content: '?' }), message({ role: 'assistant', content })];
    view.host.snapshot = { ...view.host.snapshot, conversation: conversation({ messages }) };
    await view.load();
    return view.answer;
  };

  it('draws formulas in a line and in a block, and shows what is none as it is written', async () => {
    const answer = await show(
      'Energy is $E = mc^2$, in short \\(a_1\\).\n\n$$\n\\frac{1}{2}\n$$\n\nIt costs $5 or $6. Wrong: $\\frac{1$.\n',
    );
    await answer.locator('.formula-block .katex').waitFor();
    await answer.locator('.formula .katex').nth(2).waitFor();
    assert.equal(await answer.locator('.formula-block math mfrac').count(), 1, 'and for screen readers');
    await answer.getByText('It costs $5 or $6.').waitFor();
    await answer.locator('.formula-wrong', { hasText: '\\frac{1' }).waitFor();
  });

  it('keeps a formula that is still being written together, whatever stands in it', async () => {
    await view.load();
    await view.send('?');
    for (const piece of ['$$\n', 'a\n', '- b\n', '= c\n', '$$\n', '\nDone.\n']) view.host.stream(piece);
    view.host.change({ status: 'complete' });
    await view.answer.locator('.formula-block .katex').waitFor();
    assert.equal(await view.answer.locator('li').count(), 0);
  });

  it('draws a diagram as an inert image above its code', async () => {
    const answer = await show('```mermaid\nflowchart LR\n  buoy[Buoy] --> station["Base station"]\n```\n');
    const image = answer.locator('.diagram img');
    await image.waitFor();
    assert.match((await image.getAttribute('src')) ?? '', /^data:image\/svg\+xml/);
    assert.match(decodeURIComponent((await image.getAttribute('src')) ?? ''), /station/);
    await view.until(() => image.evaluate((node) => (node as unknown as { naturalWidth: number }).naturalWidth > 50));
    assert.equal(await view.page.locator('iframe').getAttribute('sandbox'), 'allow-scripts');
  });

  it('draws every kind of diagram with its own styles, which the policy does not hold back', async () => {
    await view.page.setViewportSize({ width: 900, height: 9_000 });
    const diagrams = [
      'flowchart LR\n a[Buoy] -->|radio| b --> c[(Log)]\n style a fill:#f9f\n classDef x fill:#0f0\n class b x',
      'sequenceDiagram\n A->>B: Hello\n Note over A,B: Fog\n loop x\n A->>A: y\n end',
      'classDiagram\n class A {\n +int x\n +go()\n }\n A <|-- B',
      'stateDiagram-v2\n [*] --> S\n S --> [*]',
      'erDiagram\n A ||--o{ B : has\n A {\n string n\n }',
      'gantt\n title T\n dateFormat YYYY-MM-DD\n section S\n a :a1, 2024-01-01, 3d',
      'pie title P\n "a" : 3\n "b" : 5',
      'journey\n title J\n section S\n  do: 5: Me',
      'gitGraph\n commit\n branch x\n commit\n checkout main\n merge x',
      'quadrantChart\n x-axis a --> b\n y-axis c --> d\n p: [0.3, 0.6]',
      'xychart-beta\n x-axis [a,b]\n bar [1,2]',
      'timeline\n title T\n 2002 : a',
      'C4Context\n Person(a, "A")\n System(b, "B")\n Rel(a,b,"x")',
    ];
    const answer = await show(diagrams.map((source) => `\`\`\`mermaid\n${source}\n\`\`\``).join('\n\n'));
    await view.until(async () => (await answer.locator('.diagram img').count()) === diagrams.length);
    const first = decodeURIComponent((await answer.locator('.diagram img').first().getAttribute('src')) ?? '');
    assert.match(first, /<style>#diagram/, 'its style sheet');
    assert.match(first, /style="[^"]*fill: ?(?:rgb\(255, 153, 255\)|#f9f)/, 'and what its author has styled');
  });

  it('leaves a diagram with a mistake as code', async () => {
    const answer = await show('```mermaid\nflowchart LR\n  a --> b\n```\n\n```mermaid\nnonsense ((\n```\n');
    await answer.locator('.has-diagram').waitFor();
    await view.page.waitForTimeout(1_000); // The second is tried, and nothing comes of it.
    assert.equal(await answer.locator('.diagram').count(), 1);
    await answer.getByText('nonsense ((').waitFor();
  });

  it('loads a picture from elsewhere only when asked to, and by the host alone', async () => {
    const answer = await show(`![A buoy](https://pictures.example/buoy.png) and ![Dot](${onePixel})`);
    await answer.getByRole('img', { name: 'Dot' }).waitFor();
    assert.deepEqual(await answer.locator('img').evaluateAll((all) => all.map((img) => img.getAttribute('alt'))), [
      'Dot',
    ]);
    assert.deepEqual(view.host.callsOf('loadPicture'), []);
    await view.button('Load “A buoy” from pictures.example').click();
    await answer.getByRole('img', { name: 'A buoy' }).waitFor();
    assert.deepEqual(view.host.callsOf('loadPicture'), [{ url: 'https://pictures.example/buoy.png' }]);
  });

  it('says why a picture could not be loaded, and offers it again', async () => {
    await show('![A buoy](https://pictures.example/buoy.png)');
    view.host.failNext.set('loadPicture', 'pictures.example has no such picture (404).');
    await view.button('Load “A buoy” from pictures.example').click();
    await view.page.getByRole('alert').getByText('404').waitFor();
    await view.button('Load “A buoy” from pictures.example').click();
    await view.answer.getByRole('img', { name: 'A buoy' }).waitFor();
  });

  it('leads from footnotes to their texts and back', async () => {
    const answer = await show('Buoys float.[^1] They ring[^bell]:\n\n[^1]: In water, `mostly`.\n[^bell]: In wind.\n');
    await answer.locator('[data-note="bell"]').click();
    await answer.locator('[data-note-back="bell"]:focus').waitFor();
    await view.page.keyboard.press('Enter');
    await answer.locator('[data-note="bell"]:focus').waitFor();
    assert.equal(await answer.locator('[data-note-text] code').innerText(), 'mostly');
  });

  it('makes links of what the workspace has, and of nothing else', async () => {
    const place = (path: string, startLine: number) => ({ folder: '/w', path, startLine, endLine: startLine });
    view.host.places.set('src/buoy.ts:7', place('src/buoy.ts', 7));
    view.host.places.set('waitBeforeRetry', place('src/retry.ts', 3));
    const answer = await show(
      'See `src/buoy.ts:7`, `waitBeforeRetry`, `noSuchName`, `the` and [there](src/buoy.ts:7).\n',
    );
    await answer.getByRole('link', { name: 'waitBeforeRetry' }).click();
    await answer.getByRole('link', { name: 'src/buoy.ts:7' }).press('Enter');
    await answer.getByRole('link', { name: 'there' }).click();
    assert.deepEqual(
      view.host.callsOf('openPassage').map(({ path, startLine }) => `${path}:${startLine}`),
      ['src/retry.ts:3', 'src/buoy.ts:7', 'src/buoy.ts:7'],
    );
    assert.equal(await answer.getByRole('link').count(), 3);
    assert.deepEqual(view.host.callsOf('resolvePlaces'), [
      { names: ['src/buoy.ts:7', 'waitBeforeRetry', 'noSuchName'] },
    ]);
  });

  it('names the file of a code block, folds and wraps it, opens it as a file and runs it in the terminal', async () => {
    const answer = await show(
      [
        '```ts src/a.ts\nconst a = 1;\n```',
        '**src/b.ts**:\n\n```ts\nconst b = 2;\n```',
        '```sh\n$ npm test\nok\n```',
      ].join('\n\n'),
    );
    assert.deepEqual(await answer.locator('.code-language').allInnerTexts(), ['src/a.ts', 'src/b.ts', 'sh']);
    const first = answer.locator('.code-block').first();
    await first.getByRole('button', { name: 'Fold the code' }).click();
    await first.locator('pre').waitFor({ state: 'hidden' });
    await first.getByRole('button', { name: 'Unfold the code' }).click();
    await first.locator('pre').waitFor();
    await first.getByRole('button', { name: 'Wrap long lines', pressed: false }).click();
    await first.getByRole('button', { name: 'Wrap long lines', pressed: true }).waitFor();
    await first.getByRole('button', { name: 'Open as a new file' }).click();
    await answer.getByRole('button', { name: 'Run in the terminal…' }).click();
    await view.until(() => view.host.callsOf('runInTerminal').length === 1);
    assert.deepEqual(view.host.callsOf('openAsNewFile'), [{ text: 'const a = 1;', language: 'ts' }]);
    assert.deepEqual(view.host.callsOf('runInTerminal'), [{ text: '$ npm test\nok' }]);
  });
});
