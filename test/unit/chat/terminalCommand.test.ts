import assert from 'node:assert/strict';
import { terminalCommand } from '../../../src/chat/terminalCommand.ts';

describe('terminalCommand', () => {
  for (const [name, text, command] of [
    ['a command', 'npm test\n', 'npm test'],
    ['several lines', 'cd a\r\nmake\r\n', 'cd a\nmake'],
    ['the commands of a session, without what they said', '$ npm test\n12 passing\n$ ls\n', 'npm test\nls'],
    ['a variable, which is no prompt', 'echo $HOME', 'echo $HOME'],
  ] as const) {
    it(`takes ${name}`, () => {
      assert.equal(terminalCommand(text), command);
    });
  }

  for (const [name, text, problem] of [
    ['nothing', ' \n', /no command/],
    ['what is too long to be read', 'x'.repeat(2_001), /too long/],
    ['an escape sequence', 'echo \u001b[2K', /cannot be seen/],
    ['a backspace', 'rm -rf ~\b\b\b', /cannot be seen/],
    ['a mark that turns the text around', 'echo \u202e dlrow', /cannot be seen/],
    ['a space of no width', 'l\u200bs', /cannot be seen/],
  ] as const) {
    it(`refuses ${name}`, () => {
      assert.throws(() => terminalCommand(text), problem);
    });
  }
});
