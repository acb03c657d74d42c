import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { Message, StartTurn, TurnRequests } from '../protocol/store.ts';
import {
  appendToAnswer,
  finishTurn,
  handOn,
  openAnswerText,
  requirePiece,
  resumeAnswer,
  setContext,
} from './answerRepository.ts';
import { checkName } from './checkName.ts';
import type { FileStore } from './files/fileStore.ts';
import {
  ROW_LIMIT_BYTES,
  type StoredMessage,
  decodeText,
  putLongText,
  readLongText,
  wholeMessage,
} from './longText.ts';
import { getMessage } from './messageRepository.ts';
import { renewLease } from './runRepository.ts';
import type { Scope } from './scope.ts';
import type { RequestHandlers, StoreAccess } from './storeAccess.ts';
import { answerAgain, startTurn } from './turnRepository.ts';

/** A longer text is no message that anybody wrote or a model answered. */
const TEXT_LIMIT = 64_000_000;
const ATTACHMENTS = 100;
const OTHER_MODELS = 2;

/** Answers what concerns questions and the answers that are written to them. */
export function turnHandlers(
  { read, write }: StoreAccess,
  files: Pick<FileStore, 'put' | 'get'>,
): RequestHandlers<TurnRequests> {
  /** For work that gives the conversation's id, which is none of the caller's business. */
  const writeMessage = async (work: (scope: Scope) => Promise<string>): Promise<void> => {
    await write((conversationId) => conversationId, work);
  };
  const writeAnswer = async (work: (scope: Scope) => Promise<StoredMessage>): Promise<Message> => {
    const answer = await write<StoredMessage>(({ conversationId }) => conversationId, work);
    return wholeMessage(files, answer);
  };
  return {
    'turns.start': async (turn) => {
      const checked = checkTurn(turn);
      // The bytes first: nothing may refer to what is not there.
      const longText = await putLongText(files, checked.text);
      const { user, assistant, others, created } = await write(turn.conversationId, (scope) =>
        startTurn(scope, checked, longText),
      );
      // Again: somebody who deleted an equal text meanwhile may have taken it for unused.
      if (longText !== null) await putLongText(files, checked.text);
      return {
        user: await wholeMessage(files, user),
        assistant: await wholeMessage(files, assistant),
        others: await Promise.all(others.map((other) => wholeMessage(files, other))),
        created,
      };
    },
    'turns.answerAgain': (again) => writeAnswer((scope) => answerAgain(scope, again)),
    'turns.resume': async (again) => {
      const textFile = (await read((scope) => getMessage(scope, again)))?.textFile ?? null;
      const fetched = textFile === null ? null : { sha256: textFile, text: decodeText(await files.get(textFile)) };
      return writeAnswer((scope) => resumeAnswer(scope, again, fetched));
    },
    'turns.setContext': (change) => writeMessage((scope) => setContext(scope, change)),
    'turns.handOn': (change) => writeMessage((scope) => handOn(scope, change)),
    'turns.append': async (piece) => {
      const { standing } = await write<Awaited<ReturnType<typeof appendToAnswer>>>(
        ({ conversationId }) => conversationId,
        (scope) => appendToAnswer(scope, piece),
      );
      if (standing === null) return;
      requirePiece({ ...standing, text: await readLongText(files, standing.textFile, standing.text) }, piece);
    },
    'turns.renewLease': (lease) => write(null, (scope) => renewLease(scope, lease)),
    'turns.finish': async (end) => {
      const { messageId } = end;
      const text = await read((scope) => openAnswerText(scope, { messageId, longerThan: ROW_LIMIT_BYTES }));
      const longText = text === null ? null : await putLongText(files, text);
      await writeMessage((scope) => finishTurn(scope, end, longText));
      // Again, as above.
      if (text !== null) await putLongText(files, text);
    },
  };
}

function checkTurn(turn: StartTurn): StartTurn {
  if (turn.text.length > TEXT_LIMIT) {
    throw new SextantError('invalid', t('This message is too long to be stored. Attach it as a file.'));
  }
  const attachments = turn.attachments ?? [];
  if (attachments.length > ATTACHMENTS) {
    throw new SextantError('invalid', t('No more than {0} files can go with a question.', ATTACHMENTS));
  }
  if ((turn.otherModels?.length ?? 0) > OTHER_MODELS) {
    throw new SextantError('invalid', t('No more than three models can be compared.'));
  }
  return {
    ...turn,
    title: checkName(turn.title),
    attachments: attachments.map((file) => ({
      ...file,
      name: checkName(file.name),
      mimeType: checkName(file.mimeType),
    })),
  };
}
