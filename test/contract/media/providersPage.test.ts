import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { assertPageLooks } from '../../fixtures/webviewHost/looks.ts';
import { ollama, openProvidersPage, providerScenes } from '../../fixtures/webviewHost/providerScenes.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The page about providers in a browser', () => {
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const [name, scene] of Object.entries(providerScenes)) {
    it(`looks right and is accessible in every theme and width: ${name}`, async () => {
      const { page, troubles, close } = await openProvidersPage(browser, scene);
      for (const summary of await page.locator('.models summary').all()) await summary.click();
      const edit = page.getByRole('button', { name: 'Change My llama' });
      if ((await edit.count()) > 0) await edit.click();
      await assertPageLooks(page, 'providers', name);
      assert.deepEqual(troubles, []);
      await close();
    });
  }

  it('says how each provider is, where its key lives and what it was used for, and draws no name as markup', async () => {
    const { page, troubles, close } = await openProvidersPage(browser, providerScenes['every state']);
    const of = (name: string) => page.getByRole('article', { name, exact: true });
    await of('Ollama').getByText('Answers, 3 models').waitFor();
    await of('OpenAI').getByText('In the OS keychain.').waitFor();
    await of('OpenAI').getByText('Last used 2 hours ago, for: chat.').waitFor();
    const [resting, inUse] = await of('Groq').locator('.several-keys li').allInnerTexts();
    assert.match(resting ?? '', /Used too often, \d+ minutes? ago\. Left alone until /);
    assert.match(inUse ?? '', /In use\./);
    await of('Anthropic').getByText('Needs attention').waitFor();
    await of('Anthropic').getByText('Anthropic refuses the key. Enter another.').waitFor();
    await of('llama.cpp').getByText('Server not running').waitFor();
    await of('Cohere').getByText('Disabled').waitFor();
    await page.getByText('Its key is in the environment variable GEMINI_API_KEY.').waitFor();
    await of('Ollama').locator('summary').click();
    await of('Ollama').getByText('<b>bold</b>').waitFor();
    assert.equal(await page.locator('article img, article b').count(), 0);
    assert.equal(await page.locator('input[type=password]').count(), 0);
    assert.deepEqual(troubles, []);
    await close();
  });

  it('asks the host for all that is done with a provider', async () => {
    const { page, asked, close } = await openProvidersPage(browser, providerScenes['every state']);
    const click = (article: string, button: string, at = 0) =>
      page.getByRole('article', { name: article, exact: true }).getByRole('button', { name: button }).nth(at).click();
    await page.getByRole('button', { name: 'Add a Provider…' }).click();
    await page.getByRole('button', { name: 'Set up Mistral' }).click();
    await click('Ollama', 'Test');
    await click('Ollama', 'Change…');
    await click('Ollama', 'Add…');
    await click('OpenAI', 'Change…', 1);
    await click('OpenAI', 'Move to VS Code’s secret storage');
    await click('OpenAI', 'Delete…');
    await click('OpenAI', 'Add Another Key…');
    await click('Groq', 'Use key 3 first');
    await click('Groq', 'Delete key 1…');
    await click('Groq', 'Delete All…');
    await click('Anthropic', 'Open Setting');
    await click('Anthropic', 'Disable');
    await click('Cohere', 'Move to the OS keychain');
    await click('Cohere', 'Enable');
    await click('Cohere', 'Remove…');
    await page.getByRole('article', { name: 'Ollama' }).locator('summary').click();
    await click('Ollama', 'Add a model by its name…');
    await waitUntil(() => asked.length >= 18);
    assert.deepEqual(asked, [
      'add',
      'mistral setUp',
      'ollama test',
      'ollama changeAddress',
      'ollama changeKey',
      'openai changeKey',
      'openai moveKey',
      'openai deleteKey',
      'openai addKey',
      'groq prefer third',
      'groq remove first',
      'groq deleteKey',
      'anthropic openKeyCommands',
      'anthropic disable',
      'cohere moveKey',
      'cohere enable',
      'cohere remove',
      'ollama addModel',
    ]);
    await close();
  });

  it('lets a model be corrected field by field and be as listed again, and finds one among many', async () => {
    const { page, corrections, tell, close } = await openProvidersPage(browser, providerScenes['every state']);
    const models = page.getByRole('article', { name: 'Ollama' });
    await models.locator('summary').click();
    await models.getByRole('button', { name: 'Change qwen2.5-coder:7b' }).click();
    await models.getByLabel('Context window (tokens)').fill('-5');
    await models.getByRole('button', { name: 'Save' }).click();
    await models.getByLabel('Context window (tokens)').fill('16000');
    await models.getByLabel('Name').fill('  Coder  ');
    await models.getByLabel('Pictures').selectOption({ label: 'no' });
    await models.getByLabel('Prompt caching').selectOption({ label: 'yes' });
    await models.getByLabel('Input', { exact: true }).fill('0.25');
    // A price has both sides.
    await models.getByRole('button', { name: 'Save' }).click();
    assert.equal(
      await models.getByLabel('Output', { exact: true }).evaluate((field) => field === document.activeElement),
      true,
    );
    await models.getByLabel('Output', { exact: true }).fill('2');
    await models.getByRole('button', { name: 'Save' }).click();
    await models.getByRole('row', { name: /^My llama.* 8,000 not known text alone \$0\.05 \/ \$0\.10/ }).waitFor();
    await models.getByRole('button', { name: 'Change My llama' }).click();
    await models.getByLabel('Context window (tokens)').fill('9000');
    await models.getByRole('button', { name: 'Save' }).click();
    await models.getByRole('button', { name: 'Change My llama' }).click();
    await models.getByRole('button', { name: 'As Listed' }).click();
    await waitUntil(() => corrections.length >= 3);
    assert.deepEqual(corrections, [
      {
        provider: 'ollama',
        model: 'qwen2.5-coder:7b',
        correction: { displayName: 'Coder', contextWindow: 16_000, can: { images: false, promptCaching: true } },
        price: { input: 0.25, output: 2 },
      },
      {
        provider: 'ollama',
        model: 'llama3.2:3b',
        correction: { displayName: 'My llama', contextWindow: 9_000 },
        price: { input: 0.05, output: 0.1, cacheWrite: 0.2 },
      },
      { provider: 'ollama', model: 'llama3.2:3b', correction: null, price: null },
    ]);
    const corrected = ollama.models.map((model, at) =>
      at === 0 ? { ...model, correction: { displayName: 'Coder' } } : model,
    );
    tell({ roles: [], providers: [{ ...ollama, models: corrected }] });
    await models.getByRole('rowheader', { name: /^Coder qwen/ }).waitFor();
    await close();

    const many = await openProvidersPage(browser, providerScenes['every state']);
    const openai = many.page.getByRole('article', { name: 'OpenAI' });
    await openai.locator('summary').click();
    await openai.getByText('20 more: type to find them').waitFor();
    await openai.getByRole('textbox', { name: 'Find a model' }).fill('gpt-69');
    await openai.getByRole('rowheader', { name: 'gpt-69' }).waitFor();
    await openai.getByRole('rowheader', { name: 'gpt-1' }).first().waitFor({ state: 'detached' });
    await many.close();
  });

  it('says who does what and who stands in, and lets both be changed', async () => {
    const { page, rolesAsked, close } = await openProvidersPage(browser, providerScenes['every state']);
    const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
    await row('Chat').getByText('claude-sonnet-5').waitFor();
    await row('Edits').getByText('as in the chat').waitFor();
    assert.equal(await row('Search by meaning').getByText('the built-in model').count(), 2);
    assert.deepEqual(await row('Chat').getByRole('listitem').allInnerTexts(), [
      'gpt-5 OpenAI',
      'qwen2.5-coder:7b Ollama',
      '<b>bold</b> Ollama',
    ]);
    await row('Titles').getByRole('button', { name: 'Change' }).click();
    await row('Inline completion').getByRole('button', { name: 'Add' }).click();
    await row('Chat').getByRole('button', { name: 'Ask qwen2.5-coder:7b earlier' }).click();
    await row('Chat').getByRole('button', { name: 'Do not ask gpt-5' }).click();
    await waitUntil(() => rolesAsked.length >= 4);
    const qwen = { provider: 'ollama', model: 'qwen2.5-coder:7b' };
    const gpt = { provider: 'openai', model: 'gpt-5' };
    const bold = { provider: 'ollama', model: '<b>bold</b>' };
    assert.deepEqual(rolesAsked, [
      'pick title',
      'add completion',
      { role: 'chat', models: [qwen, gpt, bold] },
      { role: 'chat', models: [qwen, bold] },
    ]);
    await close();
  });
});

/** Waits until what the page has sent is here. */
async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
