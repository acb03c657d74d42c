import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { ChatView } from '../harness/chatView.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import { Steps } from '../harness/steps.ts';
import { packedExtension } from '../harness/vsix.ts';
import { type ZipEntry, zipEntries } from '../harness/zipEntries.ts';

/** All that a VSIX of Sextant may hold. */
const expected = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE(\.txt)?|ThirdPartyNotices\.txt)$/,
  /^extension\/package\.nls(\.(de|fr|es|pt-br|ja|ko|zh-cn))?\.json$/,
  /^extension\/l10n\/bundle\.l10n\.(de|fr|es|pt-br|ja|ko|zh-cn)\.json$/,
  /^extension\/dist\/package\.json$/,
  /^extension\/dist\/(extension|assistant|aiSdk|secretRules|storeWorker|indexProcess|deepProcess|parseWorker|hnswlib|cli)\.js$/,
  /^extension\/dist\/(chat|indexPage|privacyPage|providersPage|requestsPage|searchView|usagePage)\/main\.(js|css)$/,
  /^extension\/dist\/chat\/((diagramPainter|highlight|katexEntry)\.js|katex\.css)$/,
  /^extension\/dist\/codicon\.(css|ttf)$/,
  /^extension\/dist\/(sql-wasm|web-tree-sitter|tiktoken_bg|tree-sitter-[a-z-]+)\.wasm$/,
  /^extension\/dist\/(static-code-256|deep-code)\.(bin|origin\.json)$/,
  /^extension\/media\/icons\/[\w-]+\.(svg|png)$/,
  /^extension\/media\/walkthrough\/[\w-]+\.png$/,
  /^extension\/node_modules\/keytar\/(package\.json|LICENSE\.md|lib\/keytar\.js)$/,
  /^extension\/node_modules\/keytar\/prebuilds\/[a-z0-9]+-[a-z0-9]+\/keytar\.node$/,
];

/** Shapes of keys and tokens, and of paths that name whoever has built it. */
const secrets = [/\bsk-[A-Za-z0-9]{20,}/, /\bghp_[A-Za-z0-9]{30,}/, /BEGIN [A-Z ]*PRIVATE KEY/, /sourceMappingURL/];

describe('The packed extension', function () {
  let entries: readonly ZipEntry[] = [];

  before(async function () {
    this.timeout(120_000);
    entries = await zipEntries(await packedExtension());
    console.log(`    ${((await stat(await packedExtension())).size / 1e6).toFixed(2)} MB, ${entries.length} files`);
  });

  it('holds what it needs and nothing else', () => {
    const names = entries.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !expected.some((pattern) => pattern.test(name))),
      [],
    );
    for (const pattern of expected)
      assert.ok(
        names.some((name) => pattern.test(name)),
        `Nothing matches ${pattern}.`,
      );
  });

  it('carries the keychain for every platform', () => {
    const platforms = entries
      .map(({ name }) => /prebuilds\/([^/]+)\//.exec(name)?.[1])
      .filter((name) => name !== undefined);
    for (const platform of ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64']) {
      assert.ok(platforms.includes(platform), platform);
    }
  });

  it('holds no secret, no path of the machine that built it and no source map', () => {
    for (const entry of entries.filter(({ name }) => /dist\/.*\.(js|css|json)$/.test(name))) {
      const text = entry.read().toString('utf8');
      for (const pattern of secrets) assert.doesNotMatch(text, pattern, entry.name);
      assert.ok(!text.includes(projectRoot), `${entry.name} names ${projectRoot}.`);
    }
  });

  it('names the licence of everything it takes from others', () => {
    const notices =
      entries
        .find(({ name }) => name.endsWith('ThirdPartyNotices.txt'))
        ?.read()
        .toString('utf8') ?? '';
    for (const name of [
      '@github/keytar',
      'sql.js',
      'kysely',
      'preact',
      'web-tree-sitter',
      'tree-sitter-python',
      'hnswlib-wasm',
      'all-MiniLM-L6-v2',
    ]) {
      assert.match(notices, new RegExp(`^${name.replace('.', '\\.')} .*\\(`, 'm'), name);
    }
    assert.match(notices, /static-code-256\.bin/);
  });
});

describe('The packed extension, installed into an empty VS Code', () => {
  const editor = useEditor({ name: 'vsix', vsix: packedExtension });

  it('answers a question about the folder in three steps, without a key and without a server', async () => {
    const window = await editor.open();
    const chat = new ChatView(window.chat);
    const input = chat.input.and(chat.frame.locator(':focus'));
    const steps = new Steps(window.page);
    await steps.click(window.page.locator('.activitybar').getByRole('tab', { name: 'Sextant', exact: true }));
    await steps.type('How long do we wait before a buoy that did not answer is called again?', input);
    await steps.press('Enter', input);
    const answer = chat.message(2);
    await chat.ended(answer);
    assert.equal(steps.taken.length, 3);
    assert.match(await answer.innerText(), /retryPolicy\.ts/);
    const sources = await chat.openSources();
    await sources.filter({ hasText: 'retryPolicy.ts' }).first().click();
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
    await window.screenshot('vsix-answer');
  });
});
