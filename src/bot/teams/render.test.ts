import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passingCards, postedOf } from '../../../test/support/slack-card.ts';
import { hostileCard } from '../../../test/support/slack-hostile.ts';
import { problemsOf, stringsIn, wordsOf } from '../../../test/support/teams-validate.ts';
import { stepOf, viewOf } from '../../../test/support/view.ts';
import { Card, type CardDraft } from '../card.ts';
import { progressCard } from '../progress-card.ts';
import type { AdaptiveCard } from './element.ts';
import { parsePressed } from './invoke.ts';
import type { CardLook } from './look.ts';
import { renderCard, renderWords } from './render.ts';

const look: CardLook = { baseUrl: 'https://factotum.example' };
const draft = (about: Partial<CardDraft> = {}): CardDraft => ({
  kind: 'status',
  title: 'A title',
  text: 'A text',
  ...about,
});
const render = (card: CardDraft | Card, about: Partial<CardLook> = {}) =>
  renderCard(postedOf(card), { ...look, ...about });
/** Without spaces and the signs that nobody sees. */
const bare = (text: string) =>
  text
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what no client draws
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2060\u2066-\u2069\s]/g, '');
const shownOn = (card: AdaptiveCard) => bare(wordsOf(card).join(''));
const allPages = (card: Card): AdaptiveCard[] => {
  const { pages } = render(card);
  return Array.from({ length: pages }, (_, page) => render(card, { page }).card);
};
const runs = (numRuns: number) => ({ numRuns, seed: 20_260_301 });

describe('whatever a card holds', () => {
  test('every page of it is a card that Teams takes, under 28 KB', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        for (const page of allPages(card)) expect(problemsOf(page)).toEqual([]);
      }),
      runs(15),
    );
  });

  test('the page that is shown first is one, too', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        expect(problemsOf(render(card).card)).toEqual([]);
      }),
      runs(80),
    );
  });

  test('nothing is lost: every word stands on one of its pages', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        const shown = allPages(card).map(shownOn).join('');
        const isWords = card.kind === 'text' || (card.kind === 'status' && card.title === '');
        const words = [
          card.title,
          ...(isWords ? card.text.split('\n') : []),
          ...card.steps.map(({ name }) => name),
          ...card.sections.flatMap(({ items }) => items),
          ...(card.progress ? [] : card.fields.map(({ value }) => value)),
          ...card.actions.filter(({ style }) => style !== 'link').map(({ label }) => label),
          card.note ?? '',
        ];
        for (const one of words.flatMap((text) => text.split(/\s+/)))
          expect(shown.includes(bare(one)), `${JSON.stringify(one)} is lost`).toBe(true);
      }),
      runs(15),
    );
  });

  test('it can be read aloud, announced and read without cards', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        const { card: shown, summary } = render(card);
        for (const [text, most] of [
          [shown.fallbackText, 600],
          [shown.speak, 500],
          [summary, 300],
        ] as const) {
          expect(text.length).toBeGreaterThan(0);
          expect(text.replace(/\u2060/g, '').length).toBeLessThanOrEqual(most);
          expect(text).not.toMatch(/\]\(|<at>|\{\{/);
        }
        expect(shown.speak).not.toMatch(/[<>&]/);
      }),
      runs(60),
    );
  });

  test('the same card is drawn the same', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        expect(render(card)).toEqual(render(card));
      }),
      runs(10),
    );
  });
});

describe('the cards of the program', () => {
  const cards = passingCards();
  // The longest plan that there is has a second page; nothing else that the program says has one.
  test.each(Object.keys(cards))('%s fits on its pages', (name) => {
    const posted = cards[name];
    if (!posted) throw new Error('There is no such card.');
    const { card, pages } = renderCard(posted, look);
    expect(problemsOf(card)).toEqual([]);
    expect(pages).toBe(name === 'plan-long' ? 2 : 1);
  });

  test.each(Card.shape.kind.options)('a bare %s card is a card', (kind) => {
    const { card } = render(draft({ kind, title: '', text: '' }));
    expect(problemsOf(card)).toEqual([]);
    expect(card.body.length).toBeGreaterThan(0);
  });
});

describe('a card that is too long', () => {
  const many = Array.from({ length: 90 }, (_, index) =>
    stepOf(index + 1, `Part ${index + 1} ${'with a long name '.repeat(12)}`, {
      status: index < 60 ? 'completed' : index === 60 ? 'running' : 'pending',
    }),
  );
  const now = new Date('2026-03-01T10:02:30Z');
  const long = progressCard(viewOf({}, { steps: many, currentStep: 61 }), now);

  test('opens on the page with the step at work, and says that there are others', () => {
    const { card, page, pages } = render(long);
    expect(pages).toBeGreaterThan(2);
    expect(wordsOf(card).join('\n')).toContain('Part 61 ');
    expect(wordsOf(card)).toContain(`Page ${page + 1} of ${pages}`);
  });

  test('turns its pages with buttons that name the page', () => {
    const { card, page } = render(long);
    const asked = JSON.stringify(card).match(/"verb":"page","title":"[^"]+","data":\{[^}]+\}/g);
    expect(asked).toHaveLength(2);
    const data = { card: 'crd_1', version: 7, page: page + 1 };
    expect(asked?.[1]).toContain(JSON.stringify(data));
    expect(parsePressed({ action: { verb: 'page', data } })).toMatchObject({
      ...{ kind: 'page', page: page + 1 },
    });
  });

  test('asked for a page that is not there it shows the last one', () => {
    const { page, pages } = render(long, { page: 99 });
    expect(page).toBe(pages - 1);
  });

  test('keeps every button under the card, also with forty answers', () => {
    const answers = Array.from({ length: 40 }, (_, index) => ({
      verb: 'say' as const,
      label: `Answer ${index}`,
      style: 'secondary' as const,
    }));
    const cancel = { verb: 'cancel' as const, label: 'Cancel', style: 'danger' as const };
    const { card } = render(draft({ kind: 'question', actions: [...answers, cancel] }));
    expect(card.actions?.map(({ title }) => title)).toEqual(['Cancel']);
    expect(wordsOf(card)).toContain('Answer 39');
  });

  test('shows an answer whole that is too long for its button', () => {
    const label = `Keep track of ${'many things and '.repeat(8)}more`;
    const { card } = render(
      draft({ kind: 'question', actions: [{ verb: 'say', label, style: 'secondary' }] }),
    );
    expect(wordsOf(card)).toContain(label);
    expect(card.actions?.[0]?.title).toMatch(/…$/);
  });
});

describe('buttons', () => {
  const cards = passingCards();
  const textOf = (name: string, about: Partial<CardLook> = {}) => {
    const posted = cards[name];
    if (!posted) throw new Error('There is no such card.');
    return renderCard(posted, { ...look, ...about }).card;
  };

  test('say an opaque id and the version, the same to clients without Action.Execute', () => {
    const { card } = render(
      draft({ actions: [{ verb: 'retry', label: 'Retry', style: 'primary' }] }),
    );
    const data = { card: 'crd_1', version: 7, action: 'act_0' };
    expect(card.actions).toEqual([
      {
        type: 'Action.Execute',
        verb: 'act',
        title: 'Retry',
        style: 'positive',
        data,
        fallback: {
          ...{ type: 'Action.Submit', title: 'Retry', style: 'positive' },
          data: { ...data, verb: 'act' },
        },
      },
    ]);
  });

  test('ask for a text within the card; only what is called optional may be empty', () => {
    const card = textOf('approval', { viewer: 'U024BE7LH' });
    const inputs = JSON.stringify(card).match(/\{"type":"Input\.Text"[^}]+\}/g) ?? [];
    const [modify, reject] = inputs.map((input) => JSON.parse(input) as Record<string, unknown>);
    expect(modify).toMatchObject({ id: 'text_act_1', isRequired: true, isMultiline: true });
    expect(reject).toMatchObject({ id: 'text_act_2', label: 'Why not? (optional)' });
    expect(reject).not.toHaveProperty('isRequired');
  });

  test.each([
    ['/apps/crm', 'https://factotum.example/apps/crm'],
    ['https://elsewhere.example/a', 'https://elsewhere.example/a'],
    ['//evil.example', undefined],
    ['javascript:alert(1)', undefined],
    ['ms-teams://x', undefined],
    ['https://a b', undefined],
    ['', undefined],
  ])('a link to %j leads to %j', (url, address) => {
    const { card } = render(
      draft({ actions: [{ verb: 'open_app', label: 'Open', style: 'link', url }] }),
    );
    expect(card.actions?.map((one) => 'url' in one && one.url)).toEqual(
      address ? [address] : undefined,
    );
  });
});

describe('words', () => {
  test('an address of one of our apps can be pressed, another cannot', () => {
    const urlsIn = (text: string) =>
      stringsIn(renderWords(text, look).card).filter((one) => one.startsWith('https://factotum'));
    expect(urlsIn('Open it at /apps/crm.')).toEqual(['https://factotum.example/apps/crm']);
    expect(urlsIn('Open it at https://evil.example/apps/crm')).toEqual([]);
  });

  test('each reader sees the time of their own clock', () => {
    const fields = [{ label: 'Until', value: '2026-03-01 18:00 UTC' }];
    expect(wordsOf(render(draft({ fields })).card)).toContain(
      '{{DATE(2026-03-01T18:00:00Z, SHORT)}}, {{TIME(2026-03-01T18:00:00Z)}}',
    );
  });

  test('a time that somebody else has written stays as it was', () => {
    const fields = [{ label: 'Until', value: '2026-13-41 18:00 UTC' }];
    expect(wordsOf(render(draft({ fields })).card)).toContain('2026-13-41 18:00 UTC');
  });
});
