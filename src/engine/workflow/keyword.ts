/** The one registry of keywords: what may begin a statement, what belongs to one, what is never a name. */

/** First words of statements, with how each is written. The parser has a reader for each (a test compares). */
export const statementWords = {
  STEP: 'STEP n: …',
  BOT: 'BOT "agent" "instruction"',
  HUMAN: 'HUMAN APPROVAL FROM "someone", HUMAN TASK "instruction"',
  PARALLEL: 'PARALLEL … BRANCH A: … END PARALLEL',
  IF: 'IF condition THEN … END IF',
  FOR: 'FOR EACH name IN list … END FOR',
  INPUT: 'INPUT name',
  SET: 'SET name = value, SET BOT MEMORY "key", value',
  LET: 'LET name = value',
  GET: 'GET BOT MEMORY "key" AS name',
  CALL: 'CALL TOOL "name" WITH field = value',
  WAIT: 'WAIT 5 MINUTES, WAIT UNTIL time, WAIT FOR EVENT "name" TIMEOUT n',
  DELAY: 'DELAY seconds',
  PUBLISH: 'PUBLISH EVENT "name"',
  ON: 'ON EVENT "name" DO … END ON',
  RUN: 'RUN WORKFLOW "name"',
  TALK: 'TALK "text"',
} as const;
export type StatementWord = keyof typeof statementWords;

/** First words outside of a workflow. */
export const fileWords = ['ORCHESTRATE', 'ON', 'USE', 'TALK'] as const;

/** What END closes. */
export const blockWords = ['WORKFLOW', 'PARALLEL', 'IF', 'FOR', 'ON'] as const;
export type BlockWord = (typeof blockWords)[number];

/** Clauses of statements; each may stand on a line of its own. */
export const clauseWords = [
  'WITH',
  'AS',
  'FROM',
  'NEED',
  'TIMEOUT',
  'ON TIMEOUT',
  'WHERE',
  'CACHED',
] as const;
export type ClauseWord = (typeof clauseWords)[number];

export const units = ['SECONDS', 'MINUTES', 'HOURS', 'DAYS'] as const;
export type Unit = (typeof units)[number];
export const secondsOf: Record<Unit, number> = {
  SECONDS: 1,
  MINUTES: 60,
  HOURS: 3600,
  DAYS: 86_400,
};

/** Words of expressions, which no variable can be called. */
export const reservedWords: ReadonlySet<string> = new Set([
  ...['AND', 'OR', 'NOT', 'MOD', 'IN', 'IS', 'CONTAINS', 'TRUE', 'FALSE', 'NULL'],
  ...['THEN', 'DO', 'AS', 'WITH'],
]);
