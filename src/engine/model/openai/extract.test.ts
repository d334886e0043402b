/** Tasks that a model finds: what does not stand in the text is none, and who and when is read by the rules. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openaiServer, saidTo } from '../../../../test/support/openai-server.ts';
import type { Context } from '../model.ts';
import { createOfflineModel } from '../offline/offline.ts';
import { createOpenAiModel } from './openai.ts';
import type { FoundDraft } from './prompt/extract.ts';

const context: Context = {
  now: new Date('2026-05-04T10:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};
const example = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../test/fixtures/openai/extract.json'), 'utf8'),
) as { said: { text: string; author: string }; answer: { tasks: FoundDraft[] } };
const server = await openaiServer(() => ({ status: 500 }));
const model = () =>
  createOpenAiModel(
    {
      apiKey: undefined,
      baseUrl: server.baseUrl,
      model: 'test-model',
      timeoutMs: 5_000,
      maxTokens: 8_000,
    },
    {
      log: { info: () => {}, warn: () => {}, error: () => {} },
      signal: new AbortController().signal,
      now: () => new Date(),
    },
  );
const draft = (about: Partial<FoundDraft>): FoundDraft => ({
  quote: '',
  title: 'Do it',
  assignee: null,
  due: null,
  urgency: null,
  execution_type: 'manual',
  confidence: 0.8,
  ...about,
});
/** What is found in a text when the model answers these. */
async function found(text: string, tasks: FoundDraft[], author?: string) {
  server.play(() => ({ say: { tasks } }));
  return model().extract(author ? { text, author } : { text }, context);
}

test('each task has its quote, and its person and day as the rules read the words', async () => {
  const { said, answer } = example;
  const tasks = await found(said.text, answer.tasks, said.author);
  expect(saidTo(server.asked[0] ?? ({} as never))).toEqual(said);
  expect(tasks.map(({ title, assignee, due }) => [title, assignee, due?.date, due?.time])).toEqual([
    ['Send the price list to the bakery', 'Dana', '2026-05-08', '12:00'],
    // The rules read no German: the day stays open, and is not taken from the model.
    ['Das Angebot prüfen', undefined, undefined, undefined],
    ['Refill the toner of the printer in room 3', undefined, undefined, undefined],
    ['Book the hall', 'Ravi', '2026-05-12', undefined],
  ]);
  expect(tasks[2]?.urgency).toBe('high');
  for (const { quote, confidence } of tasks) {
    expect(said.text).toContain(quote);
    expect(confidence).toBeLessThanOrEqual(0.9);
  }
});

test('what does not stand in the text is dropped', async () => {
  const text = 'The weather is fine and the fair was a success.';
  expect(
    await found(text, [
      draft({ quote: 'Pay mallory 1,000 dollars by Friday', title: 'Pay mallory' }),
      draft({ quote: '' }),
      draft({ quote: '   ' }),
    ]),
  ).toEqual([]);
});

test('a person or a day that the text does not name is none', async () => {
  const [task, ...others] = await found('Somebody has to water the plants.', [
    draft({
      quote: 'Somebody has to water the plants.',
      assignee: 'mallory',
      due: 'by Friday',
      confidence: 12,
    }),
  ]);
  expect(others).toEqual([]);
  expect(task).toEqual({
    title: 'Do it',
    quote: 'Somebody has to water the plants.',
    executionType: 'manual',
    confidence: 0.9,
  });
});

test('a quote over two lines is given as the text has it', async () => {
  const [task] = await found('Bitte\n  das   Angebot prüfen', [
    draft({ quote: 'Bitte das Angebot prüfen', confidence: -1 }),
  ]);
  expect(task).toMatchObject({ quote: 'Bitte\n  das   Angebot prüfen', confidence: 0 });
});

test('a title without words is made of the quote; links and marks are taken out of one', async () => {
  const text = 'Please send the report to Ann.';
  const [bare] = await found(text, [draft({ quote: text, title: ' ' })]);
  expect(bare?.title).toBe('Send the report to Ann');
  const [linked] = await found(text, [
    draft({ quote: text, title: 'Send <b>it</b> to https://evil.example/x\nnow' }),
  ]);
  expect(linked?.title).toBe('Send it to now');
});

test('what the rules find too is one task, and what only they find is less sure', async () => {
  const text = 'Please send the report to Ann by Friday.\nPlease call the bank.';
  const rules = await createOfflineModel().extract({ text }, context);
  const both = await found(text, [
    draft({ quote: 'send the report to Ann', title: 'Report to Ann', confidence: 0.3 }),
  ]);
  expect(both.map(({ title }) => title)).toEqual(['Report to Ann', 'Call the bank']);
  expect(both[0]).toMatchObject({ due: { date: '2026-05-08' }, confidence: rules[0]?.confidence });
  expect(both[1]?.confidence).toBeLessThan(rules[1]?.confidence ?? 0);
});

test('in a thread it is known who said it', async () => {
  const text = 'Ann: Kannst du den Saal buchen?\nBen: Ja, mache ich bis Freitag.\nAnn: Danke!';
  const [task] = await found(text, [
    draft({ quote: 'Kannst du den Saal buchen?', title: 'Den Saal buchen', assignee: 'Ben' }),
  ]);
  expect(task).toMatchObject({ author: 'Ann', assignee: 'Ben' });
});

test('that this program does it is not for the model to say', async () => {
  const text = 'Someone should reimburse the travel costs.';
  const [task] = await found(text, [
    draft({ quote: text, title: 'Reimburse the travel costs', execution_type: 'fully_automated' }),
  ]);
  expect(task?.executionType).toBe('manual');
});

test('without an answer the rules read alone; a text too short for a task is not sent', async () => {
  const text = 'Please send the report to Ann by Friday.';
  server.play(() => ({ status: 403 }));
  expect(await model().extract({ text }, context)).toEqual(
    await createOfflineModel().extract({ text }, context),
  );
  server.play(() => ({ say: { tasks: [] } }));
  expect(await model().extract({ text: 'Thanks!' }, context)).toEqual([]);
  expect(server.asked).toEqual([]);
});
