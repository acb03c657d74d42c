import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/base/emitter.ts';
import { PersonaBook } from '../../../../src/chat/setup/personaBook.ts';
import { SetupChoice } from '../../../../src/chat/setup/setupChoice.ts';
import type { ModelRef } from '../../../../src/models/chatModel.ts';
import type { Persona } from '../../../../src/protocol/chatSetup.ts';
import { StoreFolder } from '../../storage/storeFixture.ts';

const own: ModelRef = { provider: 'ollama', model: 'qwen3' };
const usual: ModelRef = { provider: 'mistral', model: 'large' };
const reviewer: Persona = {
  ...{ id: 'reviewer-1', name: 'Gatekeeper', description: '', prompt: 'Review it.', model: own },
  ...{ temperature: 0.2, starters: [] },
};

describe('who answers', () => {
  let folder: StoreFolder;
  let personas: PersonaBook;
  let choice: SetupChoice;
  /** What can be picked, by name. */
  let there: readonly (readonly [ref: ModelRef, displayName: string])[];
  let picked: ModelRef;
  const changed = new Emitter<null>();

  beforeEach(async () => {
    folder = new StoreFolder();
    const store = folder.open();
    personas = new PersonaBook(store);
    there = [
      [own, 'Qwen 3'],
      [usual, 'Mistral Large'],
    ];
    picked = usual;
    choice = new SetupChoice(store, personas, {
      onDidChange: changed.event,
      state: () => ({
        model: picked,
        providers: there.map(([ref, displayName]) => ({
          ...{ provider: ref.provider, displayName: ref.provider, problem: null },
          models: [{ ref, displayName }],
        })),
      }),
      pick: (model) => {
        picked = model;
        return Promise.resolve();
      },
    });
    await choice.load();
    await personas.save(reviewer);
    await choice.pickPersona(reviewer.id);
  });
  afterEach(async () => {
    choice.dispose();
    personas.dispose();
    await folder.dispose();
  });

  it('is the model of the persona', () => {
    assert.deepEqual(choice.model(), own);
    assert.equal(choice.state().note, null);
    assert.deepEqual(choice.manner(null), {
      as: { mode: 'ask', persona: { id: reviewer.id, name: 'Gatekeeper' } },
      ...{ model: own, prompt: 'Review it.', temperature: 0.2 },
    });
  });

  it('is the picked model, with a sentence, while that of the persona is not there', () => {
    there = there.slice(1);
    assert.deepEqual(choice.model(), usual);
    assert.deepEqual(choice.manner(null).model, usual);
    assert.equal(
      choice.state().note,
      '“Gatekeeper” is meant for qwen3, which is not there now. Mistral Large answers instead.',
    );
  });

  it('is a model that the user picks after the persona, until the persona is picked again', async () => {
    await choice.pickModel(usual);
    assert.deepEqual([choice.model(), choice.state().note], [usual, null]);
    await choice.pickPersona(reviewer.id);
    assert.deepEqual(choice.model(), own);
  });

  it('is Sextant itself where the persona was deleted', async () => {
    await personas.delete(reviewer.id);
    assert.deepEqual([choice.model(), choice.state().personaId], [usual, null]);
  });
});
