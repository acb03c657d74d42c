import assert from 'node:assert/strict';
import { maskSecrets } from '../../../src/privacy/maskSecrets.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Forms of keys, put together here so that nobody who searches this project for keys finds one. */
const secrets: Readonly<Record<string, string>> = {
  GitHub: `ghp_${letters.slice(0, 36)}`,
  Slack: `xoxb-${'1'.repeat(12)}-${'2'.repeat(13)}-${letters.slice(0, 24)}`,
  npm: `npm_${letters.slice(0, 36)}`,
  Anthropic: `sk-ant-api03-${'a'.repeat(93)}AA`,
  'a database': 'postgres://keeper:lighthouse77@db.example.com/tides',
  Google: `AIza${letters.slice(0, 35)}`,
  'a private key': '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq1s0\n-----END RSA PRIVATE KEY-----',
  'a private key that is cut off': '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA',
};

describe('A text that goes to a model', () => {
  for (const [name, secret] of Object.entries(secrets)) {
    it(`goes without what opens ${name}`, async () => {
      const { text, kinds } = await maskSecrets(`const before = 1;\nconst it = "${secret}";\n`);
      assert.equal(kinds.length, 1, text);
      assert.ok(text.startsWith('const before = 1;\nconst it = "'), text);
      assert.ok(text.includes('[redacted]'), text);
      for (const part of secret.split(/\W+/).filter((word) => word.length > 7 && /\d/.test(word)))
        assert.ok(!text.includes(part), part);
    });
  }

  it('goes without several, and says how many', async () => {
    const { text, kinds } = await maskSecrets(
      `a = ${secrets['GitHub']}\nb = ${secrets['npm']}\npassword = "tide-77-low"\n`,
    );
    assert.deepEqual(kinds, ['github', 'npm', 'password']);
    assert.equal(text, 'a = [redacted]\nb = [redacted]\npassword = "[redacted]"\n');
  });

  for (const harmless of [
    'interface Login { password: string; token: Token }',
    'const secret = readSecret();\nif (apiKey === undefined) return;',
    'See https://example.com/page?lines=3 and sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.',
    '',
    'Grüße, 世界! 🧭'.repeat(3000),
  ]) {
    it(`goes as it is: ${harmless.slice(0, 50)}`, async () => {
      assert.deepEqual(await maskSecrets(harmless), { text: harmless, kinds: [] });
    });
  }

  it('is looked through to its end, wherever a key stands, and the host is not kept', async () => {
    const filler = 'const value = compute(input, 42); // nothing to see\n';
    const text = `${filler.repeat(3000)}const it = "${secrets['Slack']}";\n${filler.repeat(3000)}`;
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const masked = await maskSecrets(text);
    clearInterval(timer);
    assert.equal(masked.kinds.length, 1);
    assert.equal(masked.text.length, text.length - (secrets['Slack']?.length ?? 0) + '[redacted]'.length);
    assert.ok(turns > 5, `${turns} others had their turn`);
  });
});
