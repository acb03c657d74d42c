import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  commands,
  commentControllers,
  contextKeys,
  extensionId,
  pages,
  settings,
  submenus,
  viewContainers,
  views,
  walkthroughs,
} from '../../src/manifest.ts';

interface Command {
  readonly command: string;
}

interface PackageJson {
  readonly name: string;
  readonly publisher: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly (Command & { title: string; category?: string; enablement?: string })[];
    readonly menus: Record<string, readonly { command?: string; submenu?: string; when?: string }[]>;
    readonly submenus: readonly { id: string }[];
    readonly keybindings: readonly (Command & { key: string; mac?: string; when?: string })[];
    readonly viewsContainers: Record<string, readonly { id: string; icon: string }[]>;
    readonly views: Record<string, readonly { id: string }[]>;
    readonly walkthroughs: readonly { id: string; steps: readonly WalkthroughStep[] }[];
    readonly configuration: { readonly properties: Record<string, Setting> };
  };
}

interface WalkthroughStep {
  readonly description: string;
  readonly media: {
    readonly image: Readonly<Record<'dark' | 'light' | 'hc' | 'hcLight', string>>;
    readonly altText: string;
  };
  readonly completionEvents?: readonly string[];
}

interface Setting {
  readonly scope?: string;
  readonly description?: string;
  readonly markdownDescription?: string;
}

const root = path.resolve(import.meta.dirname, '../..');
const texts = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
/** As an English VS Code reads it. */
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'), (_key, value: unknown) => {
  const key = typeof value === 'string' ? /^%([\w.-]+)%$/.exec(value)?.[1] : undefined;
  return key === undefined ? value : texts[key];
}) as PackageJson;
const { contributes } = manifest;
const commandIds: readonly string[] = Object.values(commands);
const contextIds: readonly string[] = Object.values(contextKeys);
const menuEntries = Object.values(contributes.menus).flat();

describe('package.json and src/manifest.ts', () => {
  const pairs: [string, readonly string[], readonly string[]][] = [
    ['commands', contributes.commands.map(({ command }) => command), commandIds],
    ['settings', Object.keys(contributes.configuration.properties), Object.values(settings)],
    ['submenus', contributes.submenus.map(({ id }) => id), Object.values(submenus)],
    [
      'view containers',
      Object.values(contributes.viewsContainers)
        .flat()
        .map(({ id }) => id),
      Object.values(viewContainers),
    ],
    [
      'views',
      Object.values(contributes.views)
        .flat()
        .map(({ id }) => id),
      Object.values(views),
    ],
    ['walkthroughs', contributes.walkthroughs.map(({ id }) => id), Object.values(walkthroughs)],
  ];
  for (const [name, contributed, typed] of pairs) {
    it(`name the same ${name}, each once`, () => {
      assert.deepEqual([...contributed].sort(), [...typed].sort());
    });
  }

  it('agree on the id of the extension', () => {
    assert.equal(`${manifest.publisher}.${manifest.name}`, extensionId);
  });

  it('put the views into the containers', () => {
    assert.deepEqual(Object.keys(contributes.views), Object.values(viewContainers));
  });

  it('bind keys, menus and walkthrough steps to commands that exist', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    const links = steps.flatMap(({ description }) =>
      [...description.matchAll(/command:([\w.]+)/g)].map(([, id]) => id),
    );
    const events = steps.flatMap(({ completionEvents = [] }) =>
      completionEvents.map((event) => event.replace('onCommand:', '')),
    );
    const used = [
      ...contributes.keybindings.map(({ command }) => command),
      ...menuEntries.flatMap(({ command }) => command ?? []),
    ];
    for (const id of [...used, ...links, ...events]) assert.ok(commandIds.includes(id ?? ''), id);
  });

  it('ask only for context keys that exist', () => {
    const conditions = [
      ...contributes.commands.map(({ enablement }) => enablement),
      ...contributes.keybindings.map(({ when }) => when),
      ...menuEntries.map(({ when }) => when),
    ];
    const places: readonly string[] = [views, pages, commentControllers].flatMap((ids) => Object.values(ids));
    for (const condition of conditions) {
      for (const [id] of (condition ?? '').matchAll(/\bsextant\.[\w.]+/g)) {
        assert.ok(contextIds.includes(id) || places.includes(id), `${id} in “${condition}”`);
      }
    }
  });
});

describe('package.json', () => {
  it('does not start Sextant with every window', () => {
    assert.ok(!manifest.activationEvents.includes('*'));
  });

  it('describes every setting and says who may set it', () => {
    for (const [id, setting] of Object.entries(contributes.configuration.properties)) {
      assert.ok((setting.description ?? setting.markdownDescription ?? '').length > 40, `${id} has no description`);
      assert.ok(setting.scope, `${id} has no scope`);
    }
  });

  it('lets no repository set what could steal a key', () => {
    for (const id of [
      settings.endpoints,
      settings.headers,
      settings.keyCommands,
      settings.completionModel,
      settings.detectLocalServers,
    ]) {
      assert.equal(contributes.configuration.properties[id]?.scope, 'machine', id);
    }
  });

  it('takes no setting from a folder that is not trusted', () => {
    const fromFolders = Object.entries(contributes.configuration.properties)
      .filter(([, { scope }]) => scope !== 'machine' && scope !== 'application')
      .map(([id]) => id)
      // It can only add to what is kept back.
      .filter((id) => id !== settings.secretFiles);
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, fromFolders);
  });

  it('names files that are there', () => {
    const icons = Object.values(contributes.viewsContainers)
      .flat()
      .map(({ icon }) => icon);
    for (const file of icons) assert.ok(readFileSync(path.join(root, file)).length > 0, file);
  });

  it('shows each step of the walkthrough in a small picture for every kind of theme', () => {
    const pictures = contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.image));
    for (const picture of pictures) {
      assert.deepEqual(Object.keys(picture).sort(), ['dark', 'hc', 'hcLight', 'light']);
      const sizes = Object.values(picture).map((file) => readFileSync(path.join(root, file)).length);
      assert.ok(Math.min(...sizes) > 0 && Math.max(...sizes) < 150_000, picture.dark);
    }
    const files = pictures.flatMap((picture) => Object.values(picture));
    assert.equal(new Set(files).size, files.length);
  });

  it('titles every command in the same category', () => {
    for (const { command, category } of contributes.commands) assert.equal(category, 'Sextant', command);
  });
});
