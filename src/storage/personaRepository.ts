import type { Selectable } from 'kysely';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { Persona } from '../protocol/chatSetup.ts';
import { UNDO_MS } from '../protocol/library.ts';
import type { ModelRef } from '../protocol/store.ts';
import { parseJson, toJson } from './jsonText.ts';
import type { AssistantRow } from './schema.ts';
import type { Scope } from './scope.ts';

/** By their names. */
export async function listPersonas(scope: Scope): Promise<Persona[]> {
  const rows = await readRows(scope);
  return rows.map(toPersona).sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

export async function savePersona(scope: Scope, persona: Persona): Promise<void> {
  const { database, userId, nowMs } = scope;
  const { id, name, description, prompt, model, temperature, starters } = persona;
  const namesake = await findNamed(scope, name);
  if (namesake !== undefined && namesake !== id) {
    throw new SextantError('conflict', t('There is a persona called “{0}” already. Choose another name.', name));
  }
  const row = {
    display_name: name,
    description,
    system_prompt: prompt,
    model: toJson(model),
    temperature,
    suggested_messages: JSON.stringify(starters),
    updated_at: nowMs,
  };
  const [updated] = await database
    .updateTable('assistants')
    .set({ ...row, deleted_at: null })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .execute();
  if (updated?.numUpdatedRows === 1n) return;
  await database
    .insertInto('assistants')
    // Its name in the table is for good, as what refers to it needs one.
    .values({ id, user_id: userId, name: id, created_at: nowMs, ...row })
    .execute();
}

/** What is gone already is passed over. */
export async function deletePersona({ database, userId, nowMs }: Scope, { id }: { id: string }): Promise<void> {
  await database
    .updateTable('assistants')
    .set({ deleted_at: nowMs })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .execute();
}

/** Milliseconds until the next one can no longer be taken back; null when none waits. */
export async function nextPersonaPurge({ database, userId, nowMs }: Scope): Promise<number | null> {
  const row = await database
    .selectFrom('assistants')
    .select((select) => select.fn.min<number | null>('deleted_at').as('first'))
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return typeof row?.first === 'number' ? Math.max(0, row.first + UNDO_MS - nowMs) : null;
}

/** Removes for good what can no longer be taken back. */
export async function purgePersonas({ database, userId, nowMs }: Scope): Promise<void> {
  await database
    .deleteFrom('assistants')
    .where('user_id', '=', userId)
    .where('deleted_at', '<=', nowMs - UNDO_MS)
    .execute();
}

/** The one with this id; undefined when it is gone. */
export async function getPersona(scope: Scope, id: string): Promise<Persona | undefined> {
  const row = (await readRows(scope)).find((each) => each.id === id);
  return row === undefined ? undefined : toPersona(row);
}

/** The id of the one with this name, whatever its case. */
export async function findNamed(scope: Scope, name: string): Promise<string | undefined> {
  const wanted = name.trim().toLowerCase();
  return (await readRows(scope)).find((row) => row.display_name.trim().toLowerCase() === wanted)?.id;
}

function readRows({ database, userId }: Scope) {
  return database
    .selectFrom('assistants')
    .selectAll()
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .execute();
}

function toPersona(row: Selectable<AssistantRow>): Persona {
  const starters = parseJson(row.suggested_messages);
  return {
    id: row.id,
    name: row.display_name,
    description: row.description ?? '',
    prompt: row.system_prompt ?? '',
    model: parseJson(row.model) as ModelRef | null,
    temperature: row.temperature,
    starters: Array.isArray(starters) ? starters.filter((each) => typeof each === 'string') : [],
  };
}
