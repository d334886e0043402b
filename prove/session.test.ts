/** A connection message by message: what passes, what is kept back, and when the gate is asked. */
import { expect, test } from 'vitest';
import { flushMessage } from './protocol.ts';
import { createSession, type Moment } from './session.ts';
import {
  bind,
  execute,
  flush,
  message,
  opening,
  parse,
  query,
  ready,
  statement,
  sync,
  tag,
} from './wire.ts';

/** @param shut where the gate is shut */
function open(shut?: { name: string; moment: Moment }) {
  const asked: string[] = [];
  const toServer: Buffer[] = [];
  const toClient: Buffer[] = [];
  const session = createSession({
    toServer: (bytes) => void toServer.push(bytes),
    toClient: (bytes) => void toClient.push(bytes),
    gate({ name }, moment) {
      asked.push(`${moment} ${name}`);
      return shut?.name !== name || shut.moment !== moment;
    },
  });
  session.fromClient(opening(80_877_103));
  session.fromClient(opening(196_608, 'user\0ana\0\0'));
  session.fromServer(ready('I'));
  const take = (bytes: Buffer[]) => Buffer.concat(bytes.splice(0));
  expect(take(toClient)).toEqual(Buffer.concat([Buffer.from('N'), ready('I')]));
  take(toServer);
  return {
    ...session,
    asked,
    sent: () => take(toServer),
    told: () => take(toClient),
    /** Begins a transaction. */
    begin() {
      session.fromClient(query('begin'));
      session.fromServer(Buffer.concat([tag('BEGIN'), ready('T')]));
      take(toServer);
      take(toClient);
    },
  };
}

const update = 'update cards set version = 2';
const name = 'update cards.version';
const withoutSync = (bytes: Buffer) => bytes.subarray(0, bytes.length - sync.length);

test('a statement by itself commits only when it has done something', () => {
  const line = open();
  line.fromClient(statement(update));
  expect(line.sent()).toEqual(Buffer.concat([withoutSync(statement(update)), flushMessage]));
  line.fromServer(tag('UPDATE 1'));
  expect(line.asked).toEqual([`before ${name}`]);
  expect(line.sent()).toEqual(sync);
  expect(line.told()).toHaveLength(0);
  line.fromServer(ready('I'));
  expect(line.asked).toEqual([`before ${name}`, `after ${name}`]);
  expect(line.told()).toEqual(Buffer.concat([tag('UPDATE 1'), ready('I')]));

  line.fromClient(statement(update));
  line.fromServer(tag('UPDATE 0'));
  line.fromServer(ready('I'));
  expect(line.asked).toHaveLength(2);
});

test('before: what is to be committed never reaches the server', () => {
  const alone = open({ name, moment: 'before' });
  alone.fromClient(statement(update));
  alone.sent();
  alone.fromServer(tag('UPDATE 1'));
  alone.fromClient(statement('select 1'));
  expect(alone.sent()).toHaveLength(0);
  expect(alone.told()).toHaveLength(0);

  const line = open({ name, moment: 'before' });
  line.begin();
  line.fromClient(statement(update));
  line.fromServer(Buffer.concat([tag('UPDATE 1'), ready('T')]));
  expect(line.told()).toEqual(Buffer.concat([tag('UPDATE 1'), ready('T')]));
  line.sent();
  line.fromClient(statement('commit'));
  expect(line.sent()).toHaveLength(0);
});

test('after: it is committed, and the client never hears of it', () => {
  const line = open({ name, moment: 'after' });
  line.begin();
  line.fromClient(statement(update));
  line.fromServer(Buffer.concat([tag('UPDATE 1'), ready('T')]));
  line.told();
  line.sent();
  line.fromClient(statement('commit'));
  expect(line.sent()).toEqual(statement('commit'));
  line.fromServer(Buffer.concat([tag('COMMIT'), ready('I')]));
  expect(line.told()).toHaveLength(0);
});

test('a transaction that only reads, fails or is rolled back is no boundary', () => {
  const line = open();
  for (const [text, answer, status, end] of [
    ['select 1', 'SELECT 1', 'T', 'COMMIT'],
    [update, 'UPDATE 1', 'T', 'ROLLBACK'],
  ] as const) {
    line.begin();
    line.fromClient(statement(text));
    line.fromServer(Buffer.concat([tag(answer), ready(status)]));
    line.fromClient(statement(end.toLowerCase()));
    line.fromServer(Buffer.concat([tag(end), ready('I')]));
  }
  line.begin();
  line.fromClient(statement(update));
  line.fromServer(Buffer.concat([tag('UPDATE 1'), ready('T')]));
  line.fromClient(statement('select wrong'));
  line.fromServer(Buffer.concat([message('E'), ready('E')]));
  line.fromClient(statement('commit'));
  line.fromServer(Buffer.concat([tag('ROLLBACK'), ready('I')]));
  expect(line.asked).toEqual([]);
});

test('statements that are sent together pass one after the other', () => {
  const line = open();
  line.fromClient(Buffer.concat([statement('select 1'), statement(update), query('select 2')]));
  expect(line.sent()).toEqual(statement('select 1'));
  line.fromServer(Buffer.concat([tag('SELECT 1'), ready('I')]));
  expect(line.sent()).toEqual(Buffer.concat([withoutSync(statement(update)), flushMessage]));
  line.fromServer(tag('UPDATE 1'));
  line.fromServer(ready('I'));
  expect(line.sent()).toEqual(Buffer.concat([sync, query('select 2')]));
  expect(line.asked).toEqual([`before ${name}`, `after ${name}`]);
});

test('a prepared statement is known by its name, and described before it is bound', () => {
  const line = open();
  const prepare = Buffer.concat([parse('s1', update), message('D', Buffer.from('Ss1\0')), flush]);
  line.fromClient(prepare);
  expect(line.sent()).toEqual(prepare);
  line.fromServer(message('1'));
  expect(line.told()).toEqual(message('1'));
  for (const round of [1, 2]) {
    line.fromClient(Buffer.concat([bind('', 's1'), execute(), sync]));
    line.fromServer(Buffer.concat([message('2'), tag('UPDATE 1')]));
    line.fromServer(ready('I'));
    expect(line.asked).toHaveLength(2 * round);
  }
});

test('a failed statement by itself is no boundary, and its error is told', () => {
  const line = open();
  line.fromClient(statement(update));
  line.sent();
  line.fromServer(message('E'));
  expect(line.sent()).toEqual(sync);
  line.fromServer(ready('I'));
  expect(line.told()).toEqual(Buffer.concat([message('E'), ready('I')]));
  expect(line.asked).toEqual([]);
});

test('a simple query commits by itself; several statements in it are one commit', () => {
  const line = open();
  line.fromClient(query('create schema a; insert into cards values (1)'));
  line.fromServer(Buffer.concat([tag('CREATE SCHEMA'), tag('INSERT 0 1'), ready('I')]));
  expect(line.asked).toHaveLength(2);
  line.fromClient(query('select 1'));
  line.fromServer(Buffer.concat([tag('SELECT 1'), ready('I')]));
  expect(line.asked).toHaveLength(2);
});

test('copied rows pass while the statement runs, notifications at any time', () => {
  const line = open();
  line.fromClient(query('copy cards from stdin'));
  line.fromServer(message('G'));
  line.sent();
  const rows = Buffer.concat([message('d', Buffer.from('1\n')), message('c')]);
  line.fromClient(rows);
  expect(line.sent()).toEqual(rows);
  line.fromServer(message('A', Buffer.from('news')));
  expect(line.told()).toEqual(Buffer.concat([message('G'), message('A', Buffer.from('news'))]));
  line.fromServer(Buffer.concat([tag('COPY 1'), ready('I')]));
  expect(line.asked.at(-1)).toMatch(/^after /);
});
