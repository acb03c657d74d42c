import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Policy, parsePolicy, refusal } from '../../../src/privacy/policy.ts';
import { policyFiles, readPolicies } from '../../../src/privacy/policyFiles.node.ts';

const AWAY = 'https://api.example.com/v1/chat/completions';
const HERE = 'http://127.0.0.1:11434/api/chat';

describe('A policy', () => {
  const cases: readonly (readonly [
    what: string,
    policy: Policy,
    address: string,
    refused: RegExp | null,
    provider?: string,
  ])[] = [
    ['that says nothing allows everything', {}, AWAY, null, 'openai'],
    ['keeps all on this machine', { localOnly: true }, AWAY, /nothing beyond this machine/],
    ['lets go what stays on it', { localOnly: true, allowedAddresses: [] }, HERE, null],
    ['allows a provider', { allowedProviders: ['ollama', 'openai'] }, AWAY, null, 'openai'],
    ['refuses another', { allowedProviders: ['ollama'] }, AWAY, /these providers: ollama\. “openai” is none/, 'openai'],
    ['refuses another on this machine too', { allowedProviders: ['openai'] }, HERE, /“ollama”/, 'ollama'],
    ['refuses all providers', { allowedProviders: [] }, HERE, /providers: none/, 'ollama'],
    ['holds only providers to their names', { allowedProviders: [] }, AWAY, null],
    ['allows a host', { allowedAddresses: ['API.example.com'] }, AWAY, null],
    ['refuses another host', { allowedAddresses: ['example.com'] }, AWAY, /api\.example\.com is not among/],
    [
      'refuses a host that ends alike',
      { allowedAddresses: ['*.example.com'] },
      'https://evilexample.com/',
      /not among/,
    ],
    ['allows all below a domain', { allowedAddresses: ['*.example.com'] }, AWAY, null],
    ['but not the domain', { allowedAddresses: ['*.example.com'] }, 'https://example.com/', /not among/],
    [
      'goes by the host, not by who is named before it',
      { allowedAddresses: ['api.example.com'] },
      'https://api.example.com@evil.test/',
      /evil\.test/,
    ],
    ['allows a port', { allowedAddresses: ['llm.test:8443'] }, 'https://llm.test:8443/v1', null],
    ['refuses another port', { allowedAddresses: ['llm.test:8443'] }, 'https://llm.test/v1', /not among/],
    ['allows an address', { allowedAddresses: ['https://api.example.com/v1'] }, AWAY, null],
    [
      'refuses another scheme',
      { allowedAddresses: ['https://api.example.com'] },
      'http://api.example.com/',
      /not among/,
    ],
    [
      'refuses another path',
      { allowedAddresses: ['https://api.example.com/v1'] },
      'https://api.example.com/v10',
      /not among/,
    ],
    [
      'refuses what climbs out of the path',
      { allowedAddresses: ['https://a.test/v1'] },
      'https://a.test/v1/../admin',
      /not among/,
    ],
    [
      'refuses models of VS Code’s',
      { allowedAddresses: ['api.example.com'] },
      'vscode.lm',
      /vscode\.lm is not/,
      'vscode',
    ],
    ['allows them by name', { allowedAddresses: ['vscode.lm'] }, 'vscode.lm', null, 'vscode'],
    ['takes nonsense for nothing', { allowedAddresses: ['', '*', 'https://', '.*'] }, AWAY, /not among/],
  ];
  for (const [what, policy, address, refused, provider] of cases) {
    it(what, () => {
      const problem = refusal([{}, policy], address, provider);
      if (refused === null) assert.equal(problem, null);
      else assert.match(problem?.message ?? 'allowed', refused);
    });
  }

  it('allows only what all allow', () => {
    const policies = [{ allowedAddresses: ['a.test', 'b.test'] }, { allowedAddresses: ['b.test', 'c.test'] }];
    const allowed = ['a', 'b', 'c'].filter((name) => refusal(policies, `https://${name}.test/`, undefined) === null);
    assert.deepEqual(allowed, ['b']);
  });

  for (const json of [
    '',
    '{',
    '[]',
    'null',
    '{"localonly": true}',
    '{"allowedProviders": "ollama"}',
    '{"telemetryAddress": "file:///x"}',
    '{"retentionDays": -1}',
  ]) {
    it(`lets nothing out where it is no policy: ${json}`, () => {
      const policy = parsePolicy(json, '/etc/sextant/policy.json');
      assert.equal(policy.telemetry, false);
      const problem = refusal([policy], AWAY, undefined);
      assert.equal(problem?.code, 'forbidden');
      assert.match(problem.message, /policy \/etc\/sextant\/policy\.json cannot be read, so nothing is sent beyond/);
      assert.equal(refusal([policy], HERE, undefined), null);
    });
  }
});

describe('The policy files', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sextant-policy-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lie where users cannot write, whatever the environment says', () => {
    assert.deepEqual(policyFiles('linux', {}), ['/etc/sextant/policy.json']);
    assert.deepEqual(policyFiles('win32', { ProgramFiles: 'D:\\mine' }), ['C:\\Program Files\\Sextant\\policy.json']);
    assert.deepEqual(policyFiles('darwin', { SEXTANT_POLICY_FILE: '/tmp/p.json' }), [
      '/Library/Application Support/Sextant/policy.json',
      '/tmp/p.json',
    ]);
  });

  it('hold together as they are now; one that is there and cannot be read lets nothing out', async () => {
    const [one, other] = [path.join(folder, 'one.json'), path.join(folder, 'other.json')];
    assert.deepEqual(readPolicies([one, other]), []);
    await writeFile(one, '\uFEFF{"allowedProviders": ["ollama"], "retentionDays": 30}');
    assert.deepEqual(readPolicies([one, other]), [{ allowedProviders: ['ollama'], retentionDays: 30, file: one }]);
    await mkdir(other);
    assert.deepEqual(
      readPolicies([one, other]).map(({ localOnly, file }) => [localOnly, file]),
      [
        [undefined, one],
        [true, other],
      ],
    );
  });

  it('are read when they have changed, and only then', async () => {
    const file = path.join(folder, 'policy.json');
    const rules = (): unknown => readPolicies([file]).map(({ secretFiles, problem }) => secretFiles ?? problem);
    const write = (glob: string): Promise<void> => writeFile(file, JSON.stringify({ secretFiles: [glob] }));
    await write('*.one');
    assert.equal(readPolicies([file])[0], readPolicies([file])[0]);
    for (const glob of ['*.two', '*.three']) {
      await write(glob);
      assert.deepEqual(rules(), [[glob]]);
    }
    // Put in its place as it is done by whoever distributes files: as long, and no younger.
    const next = path.join(folder, 'next.json');
    await writeFile(next, JSON.stringify({ secretFiles: ['*.other'] }));
    const { atime, mtime } = await stat(file);
    await utimes(next, atime, mtime);
    await rename(next, file);
    assert.deepEqual(rules(), [['*.other']]);
    await rm(file);
    assert.deepEqual(readPolicies([file]), []);
    await write('*.other');
    assert.deepEqual(rules(), [['*.other']]);
  });
});
