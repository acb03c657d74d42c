import assert from 'node:assert/strict';
import type { Persona } from '../../../src/protocol/chatSetup.ts';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { changeCompared, setUp } from '../../fixtures/webviewHost/scriptedSetup.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

const [qwen, llama] = [
  { provider: 'ollama', model: 'qwen' },
  { provider: 'ollama', model: 'llama' },
];
const providers = [
  {
    provider: 'ollama',
    displayName: 'Ollama',
    models: [qwen, llama].map((ref) => ({ ref, displayName: ref.model })),
    problem: null,
  },
];
const reviewer: Persona = {
  id: 'reviewer',
  name: 'Reviewer',
  description: 'Looks for what is wrong.',
  prompt: 'Review it.',
  model: null,
  temperature: 0.2,
  starters: ['Review the open file.'],
};

describe('The chat view in a browser: how a chat is answered', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
    view.host.snapshot = { ...view.host.snapshot, model: qwen, providers };
    setUp(view.host, { personas: [reviewer] });
  });

  const menu = () => view.page.getByRole('menu');
  const choose = async (button: string, item: string): Promise<void> => {
    await view.button(button).click();
    await menu().getByText(item, { exact: true }).click();
  };
  const field = (name: string) => view.page.getByRole('textbox', { name, exact: true });

  describe('modes', () => {
    beforeEach(() => view.load());

    it('are switched with Ctrl+. while typing, which keeps what is typed', async () => {
      await view.input.fill('Rename it');
      await view.input.press('Control+.');
      await view.button('Mode and persona: Edit').waitFor();
      assert.equal(await view.input.inputValue(), 'Rename it');
      assert.equal(await view.input.getAttribute('placeholder'), 'Say what to change');
      await view.page.getByRole('status').filter({ hasText: 'Edit: answers with changes' }).waitFor();
      await view.input.press('Control+.');
      await view.button('Mode and persona: Ask').waitFor();
      assert.deepEqual(view.host.callsOf('pickMode'), [{ mode: 'edit' }, { mode: 'ask' }]);
    });

    it('and chosen in a menu, by keyboard alone', async () => {
      await view.button('Mode and persona: Ask').press('Enter');
      await menu().press('ArrowDown');
      await menu().press('Enter');
      await view.button('Mode and persona: Edit').waitFor();
      assert.equal(await view.focused(), 'Mode and persona: Edit');
    });

    it('show no mode that does not work', async () => {
      await view.button('Mode and persona: Ask').click();
      assert.deepEqual(await menu().getByRole('menuitemradio').allInnerTexts(), [
        'Ask: answers in words',
        'Edit: answers with changes of files',
        'Sextant',
        'Reviewer',
      ]);
    });

    it('say what is in the way', async () => {
      setUp(view.host, { note: 'Offline only quotes.' });
      await view.page.getByText('Offline only quotes.').waitFor();
    });
  });

  describe('personas', () => {
    beforeEach(() => view.load());

    it('begin a chat with their own questions', async () => {
      await choose('Mode and persona: Ask', 'Reviewer');
      await view.button('Mode and persona: Ask · Reviewer').waitFor();
      await view.page.getByRole('heading', { name: 'Reviewer' }).waitFor();
      await view.button('Review the open file.').click();
      await view.answer.waitFor();
      assert.equal(view.host.callsOf('send')[0]?.text, 'Review the open file.');
    });

    it('are made in a form that says what is missing, and are chosen then', async () => {
      await choose('Mode and persona: Ask', 'New persona…');
      const form = view.page.getByRole('dialog', { name: 'New persona' });
      await form.getByText('Save').click();
      await form.getByText('Give it a name.').waitFor();
      assert.ok(await field('Name').evaluate((input) => input.matches(':focus')));
      await field('Name').fill('reviewer');
      await field('Instructions').fill('Teach.');
      await form.getByText('Save').click();
      await form.getByText('There is a persona of this name already.').waitFor();
      await field('Name').fill('Teacher');
      await field('Temperature').fill('hot');
      await form.getByText('Save').click();
      await form.getByText('A number from 0 to 2, or nothing.').waitFor();
      await field('Temperature').fill('0,5');
      await form.getByRole('combobox', { name: 'Model' }).selectOption('ollama/llama');
      await field('Questions to begin with').fill('What is a buoy?\n\n And a light? ');
      await field('Name').press('Enter');
      await view.button('Mode and persona: Ask · Teacher').waitFor();
      const [saved] = view.host.callsOf('savePersona');
      assert.deepEqual(
        { ...saved, id: '' },
        {
          ...{ id: '', name: 'Teacher', description: '', prompt: 'Teach.', model: llama, temperature: 0.5 },
          starters: ['What is a buoy?', 'And a light?'],
        },
      );
      assert.equal(await view.focused(), 'Your question');
    });

    it('are changed and copied, and nothing is changed with Escape', async () => {
      setUp(view.host, { personaId: reviewer.id });
      await choose('Mode and persona: Ask · Reviewer', 'Change “Reviewer”…');
      await field('Name').fill('Critic');
      await field('Name').press('Escape');
      assert.deepEqual(view.host.callsOf('savePersona'), []);
      await choose('Mode and persona: Ask · Reviewer', 'Change “Reviewer”…');
      await view.page.getByText('Duplicate').click();
      assert.equal(await field('Name').inputValue(), 'Reviewer copy');
      await view.page.getByText('Save', { exact: true }).click();
      await view.button('Mode and persona: Ask · Reviewer copy').waitFor();
      assert.deepEqual(
        view.host.snapshot.setup.personas.map(({ name }) => name),
        ['Reviewer', 'Reviewer copy'],
      );
    });

    it('keep what is typed when they cannot be saved', async () => {
      await choose('Mode and persona: Ask', 'New persona…');
      await field('Name').fill('Teacher');
      await field('Instructions').fill('Teach.');
      view.host.failNext.set('savePersona', 'The disk is full.');
      await field('Name').press('Enter');
      await view.page.locator('.persona-problem', { hasText: 'The disk is full.' }).waitFor();
      assert.equal(await field('Instructions').inputValue(), 'Teach.');
    });

    it('are deleted, and come back', async () => {
      setUp(view.host, { personaId: reviewer.id });
      await choose('Mode and persona: Ask · Reviewer', 'Change “Reviewer”…');
      await view.page.getByText('Delete', { exact: true }).click();
      await view.button('Mode and persona: Ask').waitFor();
      await view.button('Undo').click();
      await view.until(() => view.host.snapshot.setup.personas.length === 1);
      assert.deepEqual(view.host.snapshot.setup.personas, [reviewer]);
    });

    it('are told with the answer', async () => {
      const as = { mode: 'ask', persona: { id: 'gone', name: 'Pilot' } } as const;
      const messages = [message({ role: 'user' }), message({ role: 'assistant', content: 'Aye.', model: qwen, as })];
      view.host.show(conversation({ messages }));
      await view.answer.getByText('qwen · Ollama · Pilot').waitFor();
    });
  });

  describe('comparing', () => {
    const question = message({ role: 'user', content: 'Why?' });
    const answers = [qwen, llama].map((model) =>
      message({ role: 'assistant', model, status: 'running', content: `By ${model.model}.` }),
    );
    const [first, second] = answers.map(({ id }) => id);
    const compared = (name: string) => view.page.getByRole('group', { name });

    const show = async (width: number): Promise<void> => {
      await view.page.setViewportSize({ width, height: 700 });
      const shown = conversation({ messages: [question, ...answers.slice(0, 1)] });
      const ids = answers.map((answer) => ({ ...answer, conversationId: shown.id }));
      view.host.show({ ...shown, comparison: ids });
      await view.load();
    };

    it('asks the models that were chosen beside the picked one, once', async () => {
      await view.load();
      await choose('Mode and persona: Ask', 'Compare with another model…');
      await menu().getByText('llama', { exact: true }).click();
      await view.page.getByText('+ llama · Ollama').waitFor();
      await view.send('Why?');
      assert.deepEqual(view.host.callsOf('send')[0]?.otherModels, [llama]);
      await view.page.getByText('+ llama · Ollama').waitFor({ state: 'detached' });
    });

    it('shows each as it comes, stops one, tells an error in its place and keeps one', async () => {
      await show(900);
      const one = { messageId: second ?? '', reasoningOffset: 0, reasoning: '' };
      view.host.emit('delta', { ...one, offset: 'By llama.'.length, text: ' And more.' });
      await compared('llama · Ollama').getByText('By llama. And more.').waitFor();
      await compared('qwen · Ollama').getByText('By qwen.').waitFor();
      await compared('llama · Ollama').getByText('Stop', { exact: true }).click();
      await compared('llama · Ollama').getByText('Stopped.').waitFor();
      assert.deepEqual(view.host.callsOf('stopAnswer'), [{ messageId: second }]);
      const error = { kind: 'network', message: 'It is gone.', actions: ['retry'] };
      changeCompared(view.host, first ?? '', { status: 'failed', error });
      await compared('qwen · Ollama').getByText('It is gone.').waitFor();
      await compared('qwen · Ollama').getByText('Try Again').click();
      await view.until(() => view.host.callsOf('retry').length === 1);
      assert.deepEqual(view.host.callsOf('retry'), [{ messageId: first, model: qwen }]);
    });

    it('goes on with the one that is kept', async () => {
      await show(900);
      await compared('llama · Ollama').getByText('Keep this').click();
      await view.page.locator('.comparison').waitFor({ state: 'detached' });
      assert.match(await view.answer.innerText(), /By llama\./);
      assert.deepEqual(view.host.callsOf('keepAnswer'), [{ messageId: second }]);
    });

    it('shows one at a time where there is little room', async () => {
      await show(320);
      assert.equal(await compared('llama · Ollama').isVisible(), false);
      await view.button('llama · Ollama').click();
      await compared('llama · Ollama').waitFor();
      assert.equal(await compared('qwen · Ollama').isVisible(), false);
      assert.equal(await view.button('llama · Ollama').getAttribute('aria-pressed'), 'true');
    });
  });
});
