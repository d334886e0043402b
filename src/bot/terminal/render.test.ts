import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewOf } from '../../../test/support/view.ts';
import { Card, type CardDraft } from '../card.ts';
import { cardsOf } from '../task-card.ts';
import { cardToLines, choicesOf, clean, type Look, promptOf } from './render.ts';

const plain: Look = { width: 60, colors: false };
const now = new Date('2026-03-01T10:02:30Z');
const address = 'http://127.0.0.1:3000';
const cardOf = (draft: CardDraft): Card =>
  Card.parse({
    ...draft,
    actions: (draft.actions ?? []).map((action, index) => ({ ...action, id: `act_${index}` })),
  });
const posted = (view: Parameters<typeof cardsOf>[0], key: string) => {
  const found = cardsOf(view, now).find((wanted) => wanted.key === key);
  if (!found) throw new Error(`There is no card ${key}.`);
  return cardOf(found.draft);
};
const ready = viewOf({ status: 'ready', phase: 'plan' }, { steps: [] });

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('words of people', () => {
  test('cannot steer the terminal: control characters are removed', () => {
    expect(clean('a\x1b[2Jb\x07c\rd\x9bK\u202ee')).toBe('a[2JbcdKe');
    expect(clean('tab\tand\nline')).toBe('tab\tand\nline');
  });

  test('of any script stay as they are', () => {
    for (const words of ['Grüße', '東京', 'שלום', 'مرحبا', '👨‍👩‍👧', '“quotes” – dash'])
      expect(clean(words)).toBe(words);
  });

  test('wherever they stand in a card, no control character is printed', () => {
    const evil = 'x\x1b]0;owned\x07\u202ey\x9b2Jz';
    const card = cardOf({
      kind: 'status',
      title: evil,
      text: evil,
      note: evil,
      fields: [{ label: 'Field', value: evil }],
      progress: { percent: 50, label: evil },
      sections: [{ title: evil, items: [evil] }],
      checks: [{ label: evil, after: true, evidence: evil }],
      steps: [
        {
          order: 1,
          name: evil,
          priority: 'high',
          detail: evil,
          status: 'running',
          percent: 5,
          substeps: [{ name: evil, done: false, running: true }],
          note: evil,
        },
      ],
    });
    for (const kind of ['plan', 'progress', 'status', 'error', 'delivery'] as const)
      for (const line of cardToLines({ ...card, kind }, plain, address))
        expect(line).not.toMatch(steering);
  });

  test('nothing that is left can steer, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        expect(clean(words)).not.toMatch(steering);
      }),
    );
  });
});

describe('a card', () => {
  test('of a plan shows the steps with tag and arrow', () => {
    expect(cardToLines(posted(ready, 'plan:1'), plain, address)).toEqual(
      expect.arrayContaining([
        'TASK: Cellphone Store CRM',
        'Confidence: 92%   Risk: Low   ETA: about 5 minutes',
        '  1. Create database tables [CRITICAL]',
        '     → customers, products',
      ]),
    );
  });

  test('of progress shows the bar, the step and the parts of the step at work', () => {
    const lines = cardToLines(posted(viewOf(), 'progress'), plain, address);
    expect(lines).toContain(`${'█'.repeat(20)}${'░'.repeat(10)} 65%`);
    expect(lines).toContain('Step 2 of 4: Generate application UI');
    expect(lines).toContain('  ✓ Create database tables [CRITICAL]');
    expect(lines).toContain('     ✓ Product list view');
    expect(lines).toContain('     ◐ Sales form');
    expect(lines).toContain('     ○ Repair board');
  });

  test('shows addresses as a person can open them', () => {
    const card = cardOf({
      kind: 'delivery',
      title: '',
      text: '',
      fields: [{ label: 'URL', value: '/apps/crm' }],
    });
    expect(cardToLines(card, plain, address)).toEqual(['URL: http://127.0.0.1:3000/apps/crm']);
  });

  test('counts the checks that passed', () => {
    const checks = [
      { label: 'One', after: true },
      { label: 'Two', after: false },
    ];
    const lines = cardToLines(
      cardOf({ kind: 'delivery', title: '', text: '', checks }),
      plain,
      address,
    );
    expect(lines).toEqual(['', '1 of 2 checks passed', '  ✓ One', '  ✕ Two']);
  });

  test('has colours only where the terminal has them', () => {
    const card = posted(viewOf(), 'progress');
    const colored = cardToLines(card, { width: 60, colors: true }, address);
    expect(colored.join('\n')).toContain('\x1b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colour codes themselves
    const bare = colored.map((line) => line.replace(/\x1b\[[0-9;]*m/g, ''));
    expect(bare).toEqual(cardToLines(card, plain, address));
  });

  test('is wrapped between words', () => {
    const text = 'Describe what you need and I plan it, ask, do it and show every step of it.';
    const lines = cardToLines(
      cardOf({ kind: 'text', title: '', text }),
      { width: 20, colors: false },
      address,
    );
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(20);
    expect(lines.join(' ')).toBe(text);
  });

  test('keeps the lines and the empty lines of a text', () => {
    const lines = cardToLines(
      cardOf({ kind: 'text', title: '', text: 'one\n\n  two' }),
      plain,
      address,
    );
    expect(lines.map((line) => line.trim())).toEqual(['one', '', 'two']);
  });

  test('loses no word to the wrapping, at any width', () => {
    const words = fc.array(fc.stringMatching(/^[a-zäß漢]{1,12}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 100 }), (all, width) => {
        const card = cardOf({ kind: 'text', title: '', text: all.join(' ') });
        const lines = cardToLines(card, { width, colors: false }, address);
        expect(lines.join(' ').split(/\s+/)).toEqual(all);
      }),
    );
  });

  test('is drawn in the narrowest terminal too', () => {
    const card = posted(viewOf(), 'progress');
    expect(() => cardToLines(card, { width: 4, colors: false }, address)).not.toThrow();
  });
});

describe('what can be typed', () => {
  test('is said under a plan, a question and an error that can be answered', () => {
    expect(promptOf(posted(ready, 'plan:1'))).toContain('Enter = accept');
    const card = cardOf({
      kind: 'error',
      title: '',
      text: '',
      actions: [
        { verb: 'retry', label: 'Retry', style: 'primary' },
        { verb: 'cancel', label: 'Cancel', style: 'danger' },
      ],
    });
    expect(promptOf(card)).toBe('What now? [retry, cancel] ');
    const undo = cardOf({
      kind: 'undo',
      title: 'Undo CRM?',
      text: '',
      actions: [
        { verb: 'undo_confirm', label: 'Undo it', style: 'danger' },
        { verb: 'undo_keep', label: 'Keep it', style: 'secondary' },
      ],
    });
    expect(promptOf(undo)).toBe('What now? [undo it, keep it] ');
  });

  test('is nothing where nothing can be pressed any more', () => {
    for (const kind of ['plan', 'question', 'error', 'progress', 'delivery', 'undo'] as const)
      expect(promptOf(cardOf({ kind, title: '', text: '' }))).toBeUndefined();
  });

  test('numbers the answers of a question, and not its Cancel', () => {
    const question = cardOf({
      kind: 'question',
      title: '',
      text: '',
      actions: [
        { verb: 'say', label: 'Bees', style: 'secondary', subject: { text: 'Bees' } },
        { verb: 'say', label: 'Boats', style: 'secondary', subject: { text: 'Boats' } },
        { verb: 'cancel', label: 'Cancel', style: 'danger' },
      ],
    });
    expect(choicesOf(question)).toEqual(['Bees', 'Boats']);
    expect(choicesOf({ ...question, kind: 'plan' })).toEqual([]);
  });

  test('is said under an approval and a manual step, which can be answered nowhere else here', () => {
    const actions = [{ verb: 'approve', label: 'Approve', style: 'primary' }] as const;
    for (const kind of ['approval', 'human'] as const)
      expect(promptOf(cardOf({ kind, title: '', text: '', actions: [...actions] }))).toBeDefined();
  });
});
