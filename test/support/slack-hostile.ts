/** Words that have broken bots, and cards full of them. */
import fc from 'fast-check';
import { Card } from '../../src/bot/card.ts';
import { stepStatuses } from '../../src/db/step.ts';
import { priorities } from '../../src/db/task.ts';

/** An id that only people wrote: it must never be mentioned. */
export const stranger = 'U0STRANGER';

const hostile = [
  '<!channel>',
  '<!here|here>',
  '<!subteam^S0123456|team>',
  `<@${stranger}>`,
  stranger,
  `Approved by ${stranger} · 1A2B-3C4D`,
  `a step: by ${stranger}, code 1A2B-3C4D`,
  `(${stranger})`,
  '<https://evil.example|your bank>',
  'https://evil.example/?a=1&b=2',
  '/apps/../../evil',
  '*bold* _it_ ~gone~ `code` ```block```',
  '&amp; &lt;b&gt; & < >',
  'مرحبا بالعالم <!channel>',
  'שלום \u202e gnp.exe \u2066 x',
  '👩‍👩‍👧‍👦'.repeat(60),
  '🇵🇹🇧🇷'.repeat(80),
  `z${'\u0301'.repeat(400)}`,
  '\ud83d half a pair \udc00',
  'null \0 bell \x07 escape \x1b[2J',
  'line one\nline two\r\nline three',
  ':smile: 10:30:00 :not_an_emoji:',
  '<at>Ana</at> </AT> {{DATE(2026-01-01T00:00:00Z, SHORT)}} {{{TIME(2026-01-01T00:00:00Z)}}}',
  '[your bank](https://evil.example) ![x](https://evil.example/x.png) [a]: https://evil.example',
  '- one\n* two\n1. three\n# four\n> five\n|a|b|',
  '{{'.repeat(700),
  '"\\'.repeat(500),
  '   ',
  '&'.repeat(200),
  '<'.repeat(1000),
  'word '.repeat(200),
  'x'.repeat(1000),
  '漢'.repeat(1000),
];

export const words = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostile) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constant('') },
);
const some = <T>(one: fc.Arbitrary<T>, maxLength: number) =>
  fc.array(one, { maxLength, size: 'max' });

const step = fc.record({
  name: words,
  priority: fc.constantFrom(...priorities),
  detail: words,
  status: fc.constantFrom(...stepStatuses),
  percent: fc.integer({ min: 0, max: 100 }),
  substeps: fc.array(fc.record({ name: words, done: fc.boolean(), running: fc.boolean() }), {
    maxLength: 20,
  }),
  note: fc.option(words, { nil: undefined }),
});
const action = fc.record({
  label: words,
  style: fc.constantFrom(...Card.shape.actions.unwrap().element.shape.style.options),
  url: fc.constantFrom('/apps/crm', 'https://factotum.example/apps/crm', 'javascript:alert(1)', ''),
  input: fc.option(
    fc.record({
      label: words,
      placeholder: words,
      initial: fc.option(words, { nil: undefined }),
    }),
    { nil: undefined },
  ),
});

/** A card of any kind with up to 60 steps, 200 sections and 40 buttons. */
export const hostileCard: fc.Arbitrary<Card> = fc
  .record({
    kind: fc.constantFrom(...Card.shape.kind.options),
    title: words,
    text: words,
    notice: fc.option(words, { nil: undefined }),
    fields: some(fc.record({ label: words, value: words }), 12),
    steps: some(step, 60),
    progress: fc.option(
      fc.record({ percent: fc.integer({ min: 0, max: 100 }), label: words, eta: words }),
      { nil: undefined },
    ),
    sections: some(
      fc.record({
        title: words,
        items: fc.array(words, { maxLength: 4 }),
        quiet: fc.option(fc.boolean(), { nil: undefined }),
        file: fc.option(fc.constant('/api/tasks/tsk_1/artifacts/1/text'), { nil: undefined }),
      }),
      200,
    ),
    checks: some(fc.record({ label: words, after: fc.boolean(), evidence: words }), 20),
    note: fc.option(words, { nil: undefined }),
    actions: some(action, 40),
  })
  .map((card) =>
    Card.parse({
      ...card,
      steps: card.steps.map((one, index) => ({ ...one, order: index + 1 })),
      actions: card.actions.map((one, index) => ({ ...one, id: `act_${index}` })),
    }),
  );
