import assert from 'node:assert/strict';
import { resolveAnswer } from '../../../src/edits/resolveAnswer.ts';
import { applyTextEdits } from '../../../src/edits/textEdit.ts';

describe('A part of abbreviated code between lines of the file', () => {
  const tides = `:license: free
${Array.from({ length: 12 }, (_, at) => `line ${at}`).join('\n')}

.. versionchanged:: 1.0
    Deprecated tides have been removed:

    *   The spring tides.
    *   The neap tides.

.. versionchanged:: 0.15
    All tides support several moons. The one moon
    is deprecated. Each tide is configured alone.

.. versionchanged:: 0.15
    The last tide.
`;

  it('does not end a part at the next line like its last one where that is there more than once', async () => {
    const parts = [
      '    The spring and the neap tides were removed.',
      '',
      '.. versionchanged:: 0.15',
      '    All tides support several moons.',
      '',
      '.. versionchanged:: 0.15',
    ];
    const answer = `\`\`\`\n# ... existing code ...\nline 11\n\n.. versionchanged:: 1.0\n${parts.join('\n')}\n# ... existing code ...\n\`\`\`\n`;
    const wanted = tides.replace(/ {4}Deprecated[^]*configured alone\.\n\n.. versionchanged:: 0.15/, parts.join('\n'));
    assert.notEqual(wanted, tides);
    await refusedOrEqual(tides, answer, wanted);
  });

  const buoys = ['alpha', 'beta', 'gamma']
    .map(
      (name) =>
        `/**\n * Calls ${name}.\n */\nfunction call_${name}() {\n  const buoy = find();\n  return buoy.call('${name}');\n}\n`,
    )
    .join('\n');

  it('does not add the beginning of a comment that goes on in a gap', async () => {
    const answer = `\`\`\`js\n// ... existing code ...\n  return buoy.call('alpha!');\n}\n\n/**\n// ... existing code ...\n\`\`\`\n`;
    await refusedOrEqual(buoys, answer, buoys.replace("'alpha'", "'alpha!'"));
  });

  it('finds the place of a function that is like those beside it by the lines on both sides', async () => {
    const added = `/**\n * Calls delta.\n */\nfunction call_delta() {\n  const buoy = find();\n  return buoy.call('delta');\n}\n`;
    const answer = `\`\`\`js\n// ... existing code ...\n  return buoy.call('beta');\n}\n\n${added}\n/**\n * Calls gamma.\n */\nfunction call_gamma() {\n// ... existing code ...\n\`\`\`\n`;
    const resolved = await resolveAnswer(answer, { path: 'a.js', text: buoys }, null);
    assert.ok(resolved.kind === 'edits', resolved.kind === 'refused' ? resolved.message : resolved.kind);
    const wanted = buoys.replace('/**\n * Calls gamma', `${added}\n/**\n * Calls gamma`);
    assert.equal(applyTextEdits(buoys, resolved.edits), wanted);
  });
});

async function refusedOrEqual(text: string, answer: string, expected: string): Promise<void> {
  const resolved = await resolveAnswer(answer, { path: 'a.js', text }, null);
  if (resolved.kind !== 'refused')
    assert.equal(resolved.kind === 'edits' && applyTextEdits(text, resolved.edits), expected);
}
