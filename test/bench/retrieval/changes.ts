import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Question, orderOf } from './questions.ts';
import type { UnpackedPackage } from './sources.ts';

const CODE = /\.(c|h|cc|cpp|cxx|hpp|hh|cs|go|java|js|mjs|ts|tsx|jsx|php|py|rb|rs|sh)$/;
const NO_ANSWER =
  /(^|\/)(tests?|spec|specs|testing|testdata|docs?|examples?|vendor|third_party)\/|_test\.go$|Test\.(java|php)$/;
/** What is only about packaging asks for nothing in the code. */
const PACKAGING =
  /\bdebian\b|\bubuntu\b|reproducib|lintian|spelling|typo|autopkgtest|skip .*test|disable .*test|privacy/i;
/** Names a number in somebody's list, or a failed build, and not what is changed. */
const SAYS_NOTHING =
  /^(\W*(fix|fixes|merge|pull|commit|request|from|fork|for|patch|of|the|upstream|backport\w*|cve-[\d-]+|ghsa-[\w-]+|#?\d+)\b\W*)*$|\bftbfs\b|^fix(es)? (a )?build|^(adapt|adjust) /i;
/** A change that touches more files says of none of them what it does. */
const FILES_AT_MOST = 4;
/** So that no package has more say than five small ones. */
const QUESTIONS_A_PACKAGE = 40;

/** Questions from patches: the first line of what the patch says finds a file that it changes. */
export function changeQuestions(source: UnpackedPackage): Question[] {
  const questions = new Map<string, Question>();
  for (const file of patchFiles(source.patches)) {
    const text = readFileSync(file, 'utf8');
    const subject = subjectOf(text);
    const paths = changedFiles(text).filter((name) => existsSync(path.join(source.code, name)));
    const answers = paths.filter((name) => CODE.test(name) && !NO_ANSWER.test(name));
    if (subject === null || answers.length === 0 || answers.length > FILES_AT_MOST) continue;
    if (
      source.folders !== undefined &&
      !answers.every((name) => source.folders?.some((folder) => name.startsWith(`${folder}/`)))
    )
      continue;
    questions.set(subject, {
      id: `${source.name}/${path.relative(source.patches, file)}`,
      package: source.name,
      text: subject,
      answers: answers.map((name) => ({ path: name, lines: null })),
    });
  }
  return [...questions.values()].sort((a, b) => orderOf(a.id) - orderOf(b.id)).slice(0, QUESTIONS_A_PACKAGE);
}

function patchFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(^|\/)(series|README)/.test(name))
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

/** Null for what says nothing, or is about packaging only. See DEP 3 for the fields. */
function subjectOf(patch: string): string | null {
  const head = patch.slice(0, patch.search(/^(---|diff |Index:)/m));
  const field = /^(?:Subject|Description):[ \t]*(.*(?:\n[ \t]+\S.*)?)/m.exec(head)?.[1] ?? '';
  const subject = field
    .replace(/\s+/g, ' ')
    .replace(/\[[^\]]*PATCH[^\]]*\]/i, '')
    .trim();
  const isQuestion = subject.split(' ').length >= 3 && !PACKAGING.test(subject) && !SAYS_NOTHING.test(subject);
  return isQuestion ? subject.slice(0, 300) : null;
}

function changedFiles(patch: string): string[] {
  const names = [...patch.matchAll(/^\+\+\+ (?:[^/\s]+)\/(\S+)/gm)].map((match) => match[1] ?? '');
  return [...new Set(names)];
}
