import { describe, expect, test } from 'vitest';
import { approvalStep, humanStep, planOf, toolStep } from '../../../test/support/engine.ts';
import { usualBudget } from '../../config/budget.ts';
import type { Standing, Sum } from '../../db/reservation.ts';
import { cheaper } from './cheaper.ts';
import { atMost, envelopeText, fitsIn, minus, moneyText, nothing } from './envelope.ts';
import { mostOf } from './most.ts';
import { costOf, unknownPrice } from './price.ts';
import type { BudgetSettings } from './settings.ts';
import { grantOf, placesOf, shortageText } from './shortage.ts';

const price = { input: 1_000_000, output: 4_000_000 };
const settings: BudgetSettings = { ...usualBudget, price };
const tools = new Map([
  ['ask_agent', { effect: 'write' as const }],
  ['send_message', { effect: 'send' as const }],
  ['work', { effect: 'write' as const }],
]);
const limits = { steps: 5, tokens: 10_000, seconds: 60 };
const means = { tools, agents: [{ name: 'Scribe', limits }], settings };
const ask = (key: string, input: object = {}) =>
  toolStep(key, { tool: 'ask_agent', input: { agent: 'scribe', ...input } });
const send = (key: string) => toolStep(key, { tool: 'send_message' });

describe('the most of a plan', () => {
  test('is nothing but minutes where no model is asked and nothing is sent', () => {
    const most = mostOf(planOf([toolStep('a'), toolStep('b')]), means);
    expect(most).toEqual({ ...nothing, minutes: 30 });
    expect(envelopeText(most)).toBeUndefined();
  });

  test('counts each agent at its own bound, at the dearer price, and each message', () => {
    const most = mostOf(planOf([ask('a'), ask('b', { agent: 'unheard of' }), send('c')]), means);
    expect(most).toMatchObject({ tokens: 50_000, microdollars: 200_000, messages: 1 });
    expect(envelopeText(most)).toBe('50,000 tokens · $0.20 · 30 min · 1 message');
  });

  test('is free of tokens where rules answer or no model is connected', () => {
    expect(mostOf(planOf([ask('a', { by: 'rules' })]), means).tokens).toBe(0);
    expect(mostOf(planOf([ask('a')]), { ...means, agents: undefined }).tokens).toBe(0);
  });

  test('takes the dearer side of a condition, and a list by its length or by its most', () => {
    const either = {
      ...{ kind: 'if', key: 'either', name: 'Either', condition: { expression: 'n > 1' } },
      ...{ do: [send('a'), send('b')], otherwise: [ask('c')] },
    };
    expect(mostOf(planOf([either]), means)).toMatchObject({ tokens: 10_000, messages: 2 });
    const each = { kind: 'each', key: 'all', name: 'All', item: 'x', list: 'orders', most: 70 };
    const loop = planOf([{ ...each, do: [send('a')] }]);
    expect(mostOf(loop, means).messages).toBe(70);
    const known = { ...loop, variables: { Orders: [1, 2, 3] } };
    expect(mostOf(known, means).messages).toBe(3);
  });

  test('is never beyond what one plan may ask for, and leaves out what is done', () => {
    const plan = planOf([send('a'), send('b'), send('c')]);
    const low = { ...settings, task: { ...settings.task, messages: 2, minutes: 10 } };
    expect(mostOf(plan, { ...means, settings: low })).toMatchObject({ messages: 2, minutes: 10 });
    expect(mostOf(plan, means, new Set(['a', 'b'])).messages).toBe(1);
  });
});

test('Finish cheaper leaves out no approval: what comes after it would go on unasked', () => {
  const steps = [
    ask('draft'),
    approvalStep('ok', { needs: ['draft'], from: ['bob'] }),
    humanStep('pay'),
  ];
  const left = { tokens: 0, microdollars: 0, minutes: 0, messages: 10 };
  expect(cheaper(planOf(steps), new Set(), left, means)).toBeUndefined();
  const freely = [ask('draft'), { ...humanStep('ok'), needs: ['draft'] }, humanStep('pay')];
  expect(cheaper(planOf(freely), new Set(), left, means)?.dropped).toHaveLength(2);
});

const none: Sum = {
  ...{ calls: 0, tokensIn: 0, tokensOut: 0, microdollars: 0, messages: 0, estimates: 0 },
};
const budget = { tokens: 1_000, microdollars: 100_000, minutes: 30, messages: 1 };
const standing = (about: Partial<Standing> = {}): Standing => ({
  tasks: [{ id: 'tsk_1', requestedBy: 'ana', shortName: 'CRM', budget }],
  ...{ own: none, tree: none, person: none, workspace: none },
  dayEnds: new Date('2030-01-02T00:00:00Z'),
  zone: 'UTC',
  ...about,
});
const wanted = { kind: 'model' as const, tokensIn: 300, tokensOut: 2_000, leastOut: 100 };
const fitOf = (about: Partial<Standing> = {}, set = settings, want: typeof wanted = wanted) =>
  grantOf(want, placesOf(standing(about), 'ana', set), set);

describe('a call', () => {
  test('gets as long an answer as is left, by tokens and by money', () => {
    expect(fitOf()).toEqual({ tokensOut: 700, microdollars: 3_100 });
    const poor = standing().tasks.map((task) => ({
      ...task,
      budget: { ...budget, microdollars: 1_500 },
    }));
    expect(fitOf({ tasks: poor })).toEqual({ tokensOut: 300, microdollars: 1_500 });
  });

  test('is refused where not even the shortest answer fits, by how much it lacks', () => {
    const own = { ...none, tokensIn: 500, tokensOut: 150 };
    const result = fitOf({ own });
    expect(result).toMatchObject({ shortage: { scope: 'task', what: 'tokens', lacks: 50 } });
    if (!('shortage' in result)) throw new Error('It fits.');
    expect(shortageText(result.shortage)).toBe(
      'CRM may spend at most 1,000 tokens of the language model, and what comes next could go beyond that',
    );
  });

  test('is held to the task that its task is a part of', () => {
    const parent = { id: 'tsk_0', requestedBy: 'ana', shortName: 'Move', budget };
    const tasks = [...standing().tasks, parent];
    const tree = { ...none, tokensIn: 900 };
    expect(fitOf({ tasks, tree })).toMatchObject({ shortage: { name: 'Move', what: 'tokens' } });
    expect(fitOf({ tasks, tree: { ...none, tokensIn: 200 } })).toMatchObject({ tokensOut: 500 });
  });

  test('is held to the day of the person and of the workspace, which end', () => {
    const day = { ...settings, personDay: { tokens: 400 }, workspaceDay: { microdollars: 1_000 } };
    const used = { ...none, tokensIn: 1, microdollars: 700 };
    const person = fitOf({ person: used }, day);
    expect(person).toMatchObject({ shortage: { scope: 'person', name: 'ana', lacks: 1 } });
    const workspace = fitOf({ workspace: used }, day);
    expect(workspace).toMatchObject({ shortage: { scope: 'workspace', what: 'microdollars' } });
    if (!('shortage' in workspace)) throw new Error('It fits.');
    expect(workspace.shortage.until).toEqual(new Date('2030-01-02T00:00:00Z'));
  });

  test('without a task is held to the days only', () => {
    const free = grantOf(wanted, placesOf(standing({ tasks: [] }), 'ana', settings), settings);
    expect(free).toMatchObject({ tokensOut: 2_000 });
  });

  test('that sends is counted', () => {
    const message = { kind: 'message' as const, messages: 1 };
    const of = (messages: number) =>
      grantOf(
        message,
        placesOf(standing({ own: { ...none, messages } }), 'ana', settings),
        settings,
      );
    expect(of(0)).toEqual({ tokensOut: 0, microdollars: 0 });
    const second = of(1);
    expect(second).toMatchObject({ shortage: { what: 'messages', most: 1, lacks: 1 } });
    if (!('shortage' in second)) throw new Error('It fits.');
    expect(shortageText(second.shortage)).toMatch(/^CRM may spend at most 1 message, and /);
  });
});

test('money is never rounded down and an unknown price is never nothing', () => {
  expect(costOf(1, 0, { input: 150_000, output: 0 })).toBe(1);
  expect(costOf(1_000, 1_000, unknownPrice)).toBe(90_000);
  expect(moneyText(400_000)).toBe('$0.40');
  expect(moneyText(1_234)).toBe('$0.001234');
  expect(moneyText(0)).toBe('$0.00');
});

test('envelopes are bounded one by one', () => {
  const half = { tokens: 500, microdollars: 200_000, minutes: 40, messages: 0 };
  expect(minus(budget, half)).toEqual({ tokens: 500, microdollars: 0, minutes: 0, messages: 1 });
  expect(fitsIn(half, budget)).toBe(false);
  expect(fitsIn(atMost(half, budget), budget)).toBe(true);
});
