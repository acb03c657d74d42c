import { t } from '../../../src/base/texts.ts';
import type { Message } from '../../../src/protocol/store.ts';
import { blockInAnswer } from '../markdown/blockInAnswer.ts';
import type { AnswerTools } from './answer.tsx';

const controls = '[data-url], [data-source], [data-action], [data-note], [data-note-back], [data-place][role="link"]';

/** The Markdown that is shown, and the passages that its numbers stand for. */
interface ShownText extends Pick<Message, 'context'> {
  readonly text: string;
}

/** Does what a link or a code block's button in an answer stands for; false where there is none. */
export function actInAnswer(target: Element, shown: ShownText, tools: AnswerTools): boolean {
  const control = target.closest<HTMLElement>(controls);
  if (control === null) return false;
  const { url, source } = control.dataset;
  if (url !== undefined) void tools.ask('openLink', { url });
  const passage = shown.context[Number(source) - 1] ?? tools.places.of(control);
  if (passage !== null) {
    const { folder, path, startLine, endLine } = passage;
    void tools.ask('openPassage', { folder, path, startLine, endLine });
  }
  goToNote(control);
  const block = control.closest('.code-block');
  if (block !== null && !tools.codeBlocks.act(block, control)) actOnCode(block, control, shown.text, tools);
  return true;
}

function actOnCode(block: Element, control: Element, markdown: string, tools: AnswerTools): void {
  const { ask, codeBlocks, announce } = tools;
  const text = codeBlocks.codeOf(block);
  const language = codeBlocks.languageOf(block);
  if (text === undefined) return;
  switch (control.getAttribute('data-action')) {
    case 'apply': {
      const alike = [...(block.closest('.markdown')?.querySelectorAll('.code-block') ?? [block])].filter(
        (other) => codeBlocks.codeOf(other) === text,
      );
      void ask('applyCode', { answer: blockInAnswer(markdown, text, language, alike.indexOf(block)) });
      return;
    }
    case 'insert':
      void ask('insertAtCursor', { text });
      return;
    case 'new-file':
      void ask('openAsNewFile', { text, language });
      return;
    case 'run':
      void ask('runInTerminal', { text });
      return;
    case 'copy':
      void ask('copy', { text }).then((isCopied) => {
        if (!isCopied) return;
        announce(t('Copied'));
        confirmOn(control.querySelector('.codicon'));
      });
      return;
    default:
  }
}

/** Leads from a footnote's number to its text and back. */
function goToNote(control: HTMLElement): void {
  const { note, noteBack } = control.dataset;
  const [name, label] = note === undefined ? ['data-note', noteBack] : ['data-note-back', note];
  const others = [...(control.closest('.markdown')?.querySelectorAll<HTMLElement>(`[${name}]`) ?? [])];
  others.find((other) => other.getAttribute(name) === label)?.focus();
}

/** Shows a tick in place of the copy icon for a moment. */
function confirmOn(icon: Element | null): void {
  icon?.classList.replace('codicon-copy', 'codicon-check');
  setTimeout(() => icon?.classList.replace('codicon-check', 'codicon-copy'), 1500);
}
