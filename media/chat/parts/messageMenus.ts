import { t } from '../../../src/base/texts.ts';
import type { Message } from '../../../src/protocol/store.ts';
import type { Place, Popups } from '../history/popup.ts';
import type { MessageEntry } from '../chatState.ts';
import type { AnswerTools } from './answer.tsx';

/** Below the button that opens a menu. */
export function placeBelow(button: Element): Place {
  const { left, bottom } = button.getBoundingClientRect();
  return { x: left, y: bottom };
}

/** Opens the list of models that can answer this question too. */
export function openModelMenu(message: Message, at: Place, tools: AnswerTools): void {
  const groups = tools.providers().flatMap(({ displayName, models }) =>
    models.length === 0
      ? []
      : [
          {
            label: displayName,
            items: models.map((model) => ({
              label: model.displayName,
              run: () => {
                tools.focusInput();
                void tools.ask('retry', { messageId: message.id, model: model.ref });
              },
            })),
          },
        ],
  );
  tools.popups.open({ type: 'menu', label: t('Answer again with'), groups, at });
}

/** Asks what is to become of a question and of what follows it. */
export function askToDelete(
  entry: MessageEntry,
  at: Place,
  { popups, ask, focusInput }: { readonly popups: Popups } & Pick<AnswerTools, 'ask' | 'focusInput'>,
): void {
  const label = t('Delete this question and all that follows it?');
  const remove = (how: 'takeOut' | 'deleteMessage'): void => {
    focusInput();
    void ask(how, { messageId: entry.id });
  };
  const items = [
    { label: t('Keep'), run: () => undefined },
    {
      label: t('Take out, and keep among the versions'),
      run: () => {
        remove('takeOut');
      },
    },
    {
      label: t('Delete for good'),
      run: () => {
        remove('deleteMessage');
      },
    },
  ];
  popups.open({ type: 'menu', label, groups: [{ label, items }], at });
}
