import assert from 'node:assert/strict';
import { holdsPrivateKey, isSecretFile } from '../../../src/privacy/secretFiles.ts';

const secret = [
  '.env',
  'app/.env.local',
  'app/.ENV',
  'config/production.env',
  'C:\\Users\\user\\project\\.env',
  '/home/user/.ssh/config',
  'keys/server.pem',
  'keys/Server.KEY',
  'release.keystore',
  'id_ed25519',
  '.npmrc',
  'deploy/.aws/credentials',
  'secrets.yaml',
  'secret.json',
  'config/secrets.production.yml',
  'service-account-prod.json',
  'client_secret_123.json',
  'terraform.tfstate.backup',
  'prod.tfvars',
  '.docker/config.json',
  '.kube/config',
];

const open = [
  '',
  'src/env.ts',
  '.env.example',
  '.env.sample',
  'env.template',
  'id_ed25519.pub',
  'src/keys/keychain.ts',
  'src/secrets.ts',
  'docs/secrets.md',
  'config.json',
  'docker/config.json',
  'environment.prod.ts',
  'keyboard.json',
  'monkey.txt',
  'credentials.ts',
  '.sshrc/readme.md',
];

describe('Secret files', () => {
  for (const path of secret) {
    it(`never leaves the machine: ${path}`, () => {
      assert.equal(isSecretFile(path), true);
    });
  }
  for (const path of open) {
    it(`may be read: ${path || '(no name)'}`, () => {
      assert.equal(isSecretFile(path), false);
    });
  }
});

describe('Private keys in a text', () => {
  const key = 'MIIEowIBAAKCAQEA0123456789abcdefghijklmnopqrstuvwxyz+/ABCDEFGHIJK';
  const marker = (kind: string): string => `-----BEGIN ${kind}-----`;
  const keys: readonly (readonly [string, string])[] = [
    ['a file', `${marker('RSA PRIVATE KEY')}\n${key}\n`],
    ['Windows lines', `${marker('PRIVATE KEY')}\r\n${key}\r\n`],
    ['an encrypted one', `${marker('RSA PRIVATE KEY')}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB12\n\n${key}`],
    ['one of PGP', `${marker('PGP PRIVATE KEY BLOCK')}\nVersion: GnuPG v2\n\n${key}`],
    ['JSON', `{"private_key": "${marker('PRIVATE KEY')}\\n${key}\\n"}`],
    ['JSON in JSON', `"{\\"key\\": \\"${marker('EC PRIVATE KEY')}\\\\n${key}"`],
    ['C', `"${marker('RSA PRIVATE KEY')}\\n"\n  "${key}\\n"`],
    ['JavaScript', `'${marker('PRIVATE KEY')}\\n' +\n  '${key}'`],
    ['YAML', `key: |\n  ${marker('PRIVATE KEY')}\n  ${key}`],
    ['a comment', `# ${marker('PRIVATE KEY')}\n# ${key}`],
    ['one line', `${marker('PRIVATE KEY')}${key}`],
    ['an address', `${marker('PRIVATE KEY')}%0A${key}`],
    ['the second of two', `MARK "${marker('PRIVATE KEY')}"\n${marker('PRIVATE KEY')}\n${key}`],
    ['more markers than are looked at', `${marker('PRIVATE KEY')}\n`.repeat(101)],
  ];
  for (const [name, text] of keys) {
    it(`are found in ${name}`, () => {
      assert.equal(holdsPrivateKey(text), true);
    });
  }
  const none: readonly (readonly [string, string])[] = [
    [
      'the constants of a program that reads keys',
      `#define BEGIN "${marker('OPENSSH PRIVATE KEY')}\\n"\n#define END "-----END`,
    ],
    ['a test for one', `if (text.startsWith('${marker('PRIVATE KEY')}')) return parseTheKeyThatFollowsHere(text);`],
    ['a sentence', `A key begins with ${marker('PRIVATE KEY')} and ends with a line like it.`],
    ['an empty one', `${marker('PRIVATE KEY')}\n-----END PRIVATE KEY-----\n${key}`],
    ['a public key', `${marker('PUBLIC KEY')}\n${key}`],
  ];
  for (const [name, text] of none) {
    it(`are not seen in ${name}`, () => {
      assert.equal(holdsPrivateKey(text), false);
    });
  }
});
