import assert from 'node:assert/strict';
import { describeFailure } from '../../../src/models/describeFailure.ts';

describe('A server that does not run where VS Code works', () => {
  const said = (remote: string | undefined, baseUrl = 'http://127.0.0.1:11434'): string =>
    describeFailure(
      { type: 'network', code: 'ECONNREFUSED' },
      {
        displayName: 'Ollama',
        protocol: 'ollama',
        baseUrl,
        apiKey: null,
        headers: {},
        ...(remote === undefined ? {} : { remote }),
      },
      'llama3',
      false,
    ).message;

  const hints: Readonly<Record<string, RegExp>> = {
    'ssh-remote': /“RemoteForward 11434 127\.0\.0\.1:11434”/,
    wsl: /“networkingMode=mirrored”/,
    'dev-container': /http:\/\/host\.docker\.internal:11434\./,
    'attached-container': /OLLAMA_HOST=0\.0\.0\.0/,
    codespaces: /“gh codespace ssh -- -R 11434:127\.0\.0\.1:11434”/,
    'localhost:8000': /works on another machine, and 127\.0\.0\.1:11434 is there/,
  };
  for (const [remote, hint] of Object.entries(hints)) {
    it(`is brought there by what is said with the error: ${remote}`, () => {
      assert.match(said(remote), /^Ollama is not running: nothing answers at http:\/\/127\.0\.0\.1:11434\./);
      assert.match(said(remote), hint);
    });
  }

  it('is just not running on the user’s own machine, and just not there elsewhere', () => {
    assert.match(said(undefined), /check its address\.$/);
    assert.doesNotMatch(said('ssh-remote', 'http://192.168.0.7:11434'), /RemoteForward/);
  });
});
