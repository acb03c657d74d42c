import assert from 'node:assert/strict';
import { isSecretFile } from '../../../src/privacy/secretFiles.ts';

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
