/** Statements without statements inside, one reader each; the first word has been taken. */
import type { Action } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { readClauses } from './parse-clause.ts';
import { readExpression, readText } from './parse-expression.ts';
import { readQuoted, readQuotedList, readVariable, takeUnit } from './parse-name.ts';

/** `BOT "agent" "instruction"`, `BOT SHARE MEMORY "key" WITH "agent"`, `BOT SYNC MEMORY FROM "agent"` */
export function readBot(cursor: Cursor): Action {
  if (cursor.takeAll('SHARE MEMORY')) {
    const key = readQuoted(cursor, 'The key');
    cursor.expect('WITH', 'Write BOT SHARE MEMORY "key" WITH "agent".');
    const agents = readQuotedList(cursor, 'The agent');
    const how = cursor.takeAll('AS LINK') ? 'link' : 'copy';
    if (how === 'copy') cursor.takeAll('AS COPY');
    return { kind: 'share_memory', key, with: agents, how };
  }
  if (cursor.takeAll('SYNC MEMORY')) {
    cursor.expect('FROM', 'Write BOT SYNC MEMORY FROM "agent".');
    return { kind: 'sync_memory', from: readQuoted(cursor, 'The agent') };
  }
  const agent = readQuoted(cursor, 'The agent');
  const instruction = readText(cursor, 'The instruction');
  const { with: args, as, cached } = readClauses(cursor, ['WITH', 'AS', 'CACHED']);
  return { kind: 'bot', agent, instruction, with: args, as, cached };
}

/** `HUMAN APPROVAL ["what"] FROM "someone"`, `HUMAN TASK "instruction"` */
export function readHuman(cursor: Cursor): Action {
  if (cursor.take('TASK')) {
    const instruction = readText(cursor, 'What is to be done');
    return { kind: 'human', instruction, as: readClauses(cursor, ['AS']).as };
  }
  cursor.expect(
    'APPROVAL',
    'Write HUMAN APPROVAL FROM "someone" or HUMAN TASK "what is to be done".',
  );
  const about = cursor.token.kind === 'text' ? readText(cursor, 'What is asked') : undefined;
  const allowed = ['FROM', 'NEED', 'TIMEOUT', 'ON TIMEOUT', 'AS'] as const;
  const { from, need, timeout, onTimeout, as } = readClauses(cursor, allowed);
  return { kind: 'approval', about, from, need, timeout, onTimeout, as };
}

/** `CALL TOOL "name" [WITH field = value, …]` */
export function readCall(cursor: Cursor): Action {
  cursor.expect('TOOL', 'Write CALL TOOL "name".');
  const tool = readQuoted(cursor, 'The tool');
  const { with: args, as, cached } = readClauses(cursor, ['WITH', 'AS', 'CACHED']);
  return { kind: 'tool', tool, with: args, as, cached };
}

/** `RUN WORKFLOW "name" [WITH input = value, …]` */
export function readRun(cursor: Cursor): Action {
  cursor.expect('WORKFLOW', 'Write RUN WORKFLOW "name".');
  const workflow = readQuoted(cursor, 'The workflow');
  const { with: args, as } = readClauses(cursor, ['WITH', 'AS']);
  return { kind: 'run', workflow, with: args, as };
}

/** `INPUT name [= value], …` */
export function readInput(cursor: Cursor): Action {
  const inputs = [];
  do {
    if (inputs.length > 0) cursor.skipLineEnds();
    const name = readVariable(cursor);
    inputs.push({ name, value: cursor.take('=') ? readExpression(cursor) : undefined });
  } while (cursor.take(','));
  return { kind: 'input', inputs };
}

/** `SET name = value`, `SET BOT MEMORY key, value`; `SET BOT MEMORY "key" = value` is no comparison. */
export function readSet(cursor: Cursor): Action {
  if (!cursor.takeAll('BOT MEMORY')) return readAssignment(cursor);
  const isSet = cursor.token.kind === 'text' && cursor.is('=', 1);
  const key = isSet ? readText(cursor, 'The key') : readExpression(cursor);
  if (!cursor.take(isSet ? '=' : ',') && !cursor.take('TO'))
    cursor.expect(',', 'Write SET BOT MEMORY "key", value.');
  return { kind: 'set_memory', key, value: readExpression(cursor) };
}

/** `name = value`, also `name = GET BOT MEMORY key`, as in every BASIC. */
export function readAssignment(cursor: Cursor): Action {
  const name = readVariable(cursor);
  if (!cursor.take('=') && !cursor.take('TO')) cursor.expect('=', 'Write SET name = value.');
  if (cursor.takeAll('GET BOT MEMORY'))
    return { kind: 'get_memory', key: readExpression(cursor), as: name };
  return { kind: 'set', name, value: readExpression(cursor) };
}

/** `GET BOT MEMORY key AS name` */
export function readGet(cursor: Cursor): Action {
  if (!cursor.takeAll('BOT MEMORY'))
    cursor.fail('BOT MEMORY', 'Write GET BOT MEMORY "key" AS name.');
  const key = readExpression(cursor);
  return { kind: 'get_memory', key, as: readClauses(cursor, ['AS']).as };
}

/** `WAIT n unit`, `WAIT UNTIL time`, `WAIT FOR EVENT "name" [WHERE condition] TIMEOUT n` */
export function readWait(cursor: Cursor): Action {
  if (cursor.take('UNTIL')) return { kind: 'wait_until', time: readExpression(cursor) };
  if (cursor.takeAll('FOR EVENT')) {
    const event = readQuoted(cursor, 'The event');
    const allowed = ['WHERE', 'TIMEOUT', 'ON TIMEOUT', 'AS'] as const;
    const { where, timeout, onTimeout, as } = readClauses(cursor, allowed);
    return { kind: 'wait_event', event, where, timeout, onTimeout, as };
  }
  const amount = readExpression(cursor);
  const unit = takeUnit(cursor);
  if (!unit) cursor.miss('SECONDS, MINUTES, HOURS or DAYS', 'Write WAIT 5 MINUTES.');
  return { kind: 'wait', amount, unit: unit ?? 'SECONDS' };
}

/** `DELAY seconds` is the older word for WAIT. */
export function readDelay(cursor: Cursor): Action {
  return { kind: 'wait', amount: readExpression(cursor), unit: takeUnit(cursor) ?? 'SECONDS' };
}

/** `PUBLISH EVENT "name" [WITH field = value, …]` */
export function readPublish(cursor: Cursor): Action {
  cursor.expect('EVENT', 'Write PUBLISH EVENT "name".');
  const event = readQuoted(cursor, 'The event');
  return { kind: 'publish', event, with: readClauses(cursor, ['WITH']).with };
}

export function readTalk(cursor: Cursor): Action {
  return { kind: 'talk', text: readExpression(cursor) };
}
