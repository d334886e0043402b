import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passingCards, postedOf } from '../../../test/support/slack-card.ts';
import { hostileCard, stranger } from '../../../test/support/slack-hostile.ts';
import { problemsOf, stringsIn } from '../../../test/support/slack-validate.ts';
import { stepOf, viewOf } from '../../../test/support/view.ts';
import type { PostedCard } from '../bot.ts';
import type { Card, CardDraft } from '../card.ts';
import { progressCard } from '../progress-card.ts';
import { tidy } from '../text.ts';
import { parseValue } from './button.ts';
import { renderCard, renderWords } from './render.ts';

const look = { baseUrl: 'https://factotum.example' };
const render = (card: CardDraft | Card) => renderCard(postedOf(card), look);
const draft = (about: Partial<CardDraft> = {}): CardDraft => ({
  kind: 'status',
  title: 'A title',
  text: 'A text',
  ...about,
});
/** Cards of this size are shrunk for minutes; the seed in the message repeats a failure as well. */
const often = { endOnFailure: true, seed: 20260301 };
const cardOf = (posted: PostedCard | undefined): Card => {
  if (!posted) throw new Error('There is no such card.');
  return posted.card;
};
const wordsOf = (blocks: unknown[]) => stringsIn(blocks).join('\n');
/** Without the marks around right-to-left words and Slack's escapes. */
const read = (text: string) =>
  text
    .replace(/[\u2068\u2069]/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

describe('whatever a card holds', () => {
  test('Slack takes the message, and it always has a text', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        const { blocks, text } = render(card);
        expect(problemsOf(blocks)).toEqual([]);
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(3000);
        expect(text).not.toMatch(/[<>]/);
      }),
      { ...often, numRuns: 150 },
    );
  });

  test('nobody is mentioned whom only people have named', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        // Notes of decisions are our own sentences; what people write into them is tested by itself.
        const steps = card.steps.map((step) => ({ ...step, note: undefined }));
        const { blocks } = render({ ...card, steps, note: undefined });
        expect(JSON.stringify(blocks)).not.toContain(`"user_id":"${stranger}"`);
        expect(JSON.stringify(blocks)).not.toContain('"broadcast"');
      }),
      { ...often, numRuns: 100 },
    );
  });

  test('nothing is lost: what the message does not hold is in the overflow, and the card says so', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        const { blocks, overflow } = render(card);
        const shown = read(wordsOf(blocks));
        if (overflow) expect(shown).toMatch(/All of it is in the thread/);
        const all = overflow ? overflow.text : shown;
        const names = [
          ...card.steps.map((step) => step.name),
          ...(card.progress ? [card.progress.label] : []),
          ...card.sections.flatMap((section) => section.items),
        ];
        for (const name of names.map((one) => tidy(one).trim())) {
          // Lines are shown as lines; a name of blanks is nothing to lose.
          expect(all.includes(name), `${JSON.stringify(name)} is lost`).toBe(true);
        }
      }),
      { ...often, numRuns: 100 },
    );
  });

  test('a message with the same card and version is the same; another version has other block ids', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        const one = renderCard(postedOf(card, 'crd_1', 1), look);
        expect(renderCard(postedOf(card, 'crd_1', 1), look)).toEqual(one);
        const ids = new Set(one.blocks.map((block) => block.block_id));
        const two = renderCard(postedOf(card, 'crd_1', 2), look);
        expect(two.blocks.some((block) => ids.has(block.block_id))).toBe(false);
      }),
      { ...often, numRuns: 20 },
    );
  });
});

describe('a card that is too long', () => {
  const steps = Array.from({ length: 60 }, (_, index) => ({
    order: index + 1,
    name: `Step number ${index + 1} ${'of many words '.repeat(8)}`,
    priority: 'medium' as const,
    detail: 'A detail that says what is done there. '.repeat(5),
    status: 'pending' as const,
    percent: 0,
    substeps: [],
  }));

  test('shows the first steps of a plan and says how many more there are', () => {
    const { blocks, overflow } = render(draft({ kind: 'plan', steps }));
    const shown = wordsOf(blocks);
    expect(shown).toContain('Step number 1 ');
    expect(shown).not.toContain('Step number 60');
    expect(shown).toMatch(/\d+ more steps\. All of it is in the thread\./);
    expect(overflow?.title).toBe('A title');
    expect(overflow?.text).toContain('Step number 60');
  });

  test('shows the step at work, however many came before it', () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      stepOf(index + 1, `Part ${index + 1} ${'with a long name '.repeat(6)}`, {
        status: index < 45 ? 'completed' : index === 45 ? 'running' : 'pending',
        priority: 'high',
      }),
    );
    const view = viewOf({}, { steps: many, currentStep: 46 });
    const { blocks } = render(progressCard(view, new Date('2026-03-01T10:02:30Z')));
    expect(wordsOf(blocks)).toContain('Part 46 ');
    expect(problemsOf(blocks)).toEqual([]);
  });

  test('leaves room for what will be made beside sixty steps', () => {
    const made = { title: 'Will create', items: ['📋 4 database tables', '📱 5 views'] };
    const { blocks } = render(draft({ kind: 'plan', steps, sections: [made] }));
    expect(wordsOf(blocks)).toContain('📱 5 views');
  });

  test('keeps the buttons that steer when the answers are too many', () => {
    const answers = Array.from({ length: 40 }, (_, index) => ({
      verb: 'say' as const,
      label: `Answer ${index} ${'x'.repeat(60)}`,
      style: 'secondary' as const,
    }));
    const cancel = { verb: 'cancel' as const, label: 'Cancel', style: 'danger' as const };
    const { blocks } = render(draft({ kind: 'question', actions: [...answers, cancel] }));
    expect(wordsOf(blocks)).toContain('Cancel');
    expect(wordsOf(blocks)).toContain('Answer 0 ');
    expect(wordsOf(blocks)).toMatch(/\d+ more answers/);
  });
});

describe('buttons', () => {
  const buttonsOf = (card: CardDraft | Card) =>
    render(card).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

  test('carry the opaque id with the version and nothing else', () => {
    const [accept] = buttonsOf(
      draft({ actions: [{ verb: 'accept', label: 'Accept', style: 'primary' }] }),
    );
    expect(accept).toMatchObject({ action_id: 'act:0', value: 'act_0:7', style: 'primary' });
    expect(parseValue('act_0:7')).toEqual({ id: 'act_0', version: 7 });
    for (const forged of [
      '',
      'act_0',
      'act_0:x',
      'crd_1:7',
      'act_0:7:8',
      `act_0:${'9'.repeat(20)}`,
    ])
      expect(parseValue(forged)).toBeUndefined();
  });

  test('ask once more before a task is cancelled, and not where a text is asked for anyway', () => {
    const { progress, approval } = passingCards();
    const cancel = buttonsOf(cardOf(progress)).at(-1);
    expect(cancel).toMatchObject({
      style: 'danger',
      confirm: { title: { text: 'Cancel this task?' } },
    });
    const reject = buttonsOf(cardOf(approval)).at(-1);
    expect(reject).toMatchObject({ style: 'danger', text: { text: 'Reject' } });
    expect(reject).not.toHaveProperty('confirm');
  });

  test('that lead to our pages have the whole address; any other address is left out', () => {
    const open = (url: string) =>
      buttonsOf(draft({ actions: [{ verb: 'open_app', label: 'Open App', style: 'link', url }] }));
    expect(open('/apps/crm')).toMatchObject([
      { action_id: 'link:0', url: 'https://factotum.example/apps/crm' },
    ]);
    expect(open('javascript:alert(1)')).toEqual([]);
  });
});

describe('people', () => {
  test('who decide are mentioned where the engine named them', () => {
    const { approval, 'approval-agreed': agreed, 'approval-decided': decided } = passingCards();
    const users = (card: PostedCard | undefined) =>
      [...JSON.stringify(render(cardOf(card)).blocks).matchAll(/"user_id":"(\w+)"/g)].map(
        (match) => match[1],
      );
    expect(users(approval)).toEqual(['U024BE7LH', 'U0G9QF9C6']);
    expect(users(agreed)).toEqual(['U024BE7LH', 'U0G9QF9C6', 'U0G9QF9C6']);
    expect(users(decided)).toEqual(['U024BE7LH', 'U0G9QF9C6', 'U0G9QF9C6']);
  });

  test('named in a reason are not mentioned, and its words stay words', () => {
    const note = `Rejected by U0G9QF9C6. “because ${stranger} says <!channel> *no*”`;
    const { blocks } = render(draft({ kind: 'approval', note }));
    expect(JSON.stringify(blocks)).toContain('"user_id":"U0G9QF9C6"');
    expect(JSON.stringify(blocks)).not.toContain(`"user_id":"${stranger}"`);
    expect(wordsOf(blocks)).toContain('<!channel> *no*”');
  });

  test('are not found in the words of a text that only looks like ours', () => {
    for (const text of [
      `📊 Your CRM task ended without success: This was already decided by ${stranger}.`,
      `📊 Your CRM task ended without success: is complete. Undone on 3 March 2026 by ${stranger}.`,
      `Say: This was already decided by ${stranger}.`,
    ])
      expect(JSON.stringify(renderWords(text, look).blocks)).not.toContain('"user_id"');
  });

  test('whom the message rings for are mentioned in it and in its notice', () => {
    const posted = postedOf(draft());
    const { blocks, text } = renderCard(posted, { ...look, ring: ['U024BE7LH'] });
    expect(text).toBe('<@U024BE7LH> A text');
    expect(wordsOf(blocks)).toContain('<@U024BE7LH>');
    expect(problemsOf(blocks)).toEqual([]);
  });
});

describe('words', () => {
  test('are literal, with the addresses of our own apps to press', () => {
    const { blocks, text } = renderWords('See /apps/crm & *not* <https://evil.example>', look);
    expect(text).toBe('See /apps/crm &amp; *not* &lt;https://evil.example&gt;');
    expect(blocks[0]).toMatchObject({
      elements: [
        {
          elements: [
            { type: 'text', text: 'See ' },
            { type: 'link', url: 'https://factotum.example/apps/crm', text: '/apps/crm' },
            { type: 'text', text: ' & *not* <https://evil.example>' },
          ],
        },
      ],
    });
  });

  test('of an answer mention who has decided before', () => {
    const { blocks } = renderWords('This was already decided by U0G9QF9C6.', look);
    expect(JSON.stringify(blocks)).toContain('"user_id":"U0G9QF9C6"');
    const only = renderWords('Only U0G9QF9C6 or ana@example.com can decide this.', look);
    expect(wordsOf(only.blocks)).toContain('U0G9QF9C6\n' + 'text\n' + ' or ');
    expect(wordsOf(only.blocks)).toContain('ana@example.com');
    const status = '📊 Your CRM task is 10% complete.\nIt waits for U0G9QF9C6 to decide.';
    expect(JSON.stringify(renderWords(status, look).blocks)).toContain('"user_id":"U0G9QF9C6"');
  });

  test('what is new comes first, since notices show one line', () => {
    const { text } = render(draft({ notice: '⚠️ Approval required for Step 2' }));
    expect(text).toBe('⚠️ Approval required for Step 2\nA text');
  });
});
