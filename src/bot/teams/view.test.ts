import { describe, expect, test } from 'vitest';
import { passingCards, postedOf } from '../../../test/support/slack-card.ts';
import { problemsOf, wordsOf } from '../../../test/support/teams-validate.ts';
import type { PostedCard } from '../bot.ts';
import type { CardLook } from './look.ts';
import { decidersIn, mentionsOf, type Person, withNames } from './people.ts';
import { renderCard } from './render.ts';

const guid = (last: number) => `00000000-0000-4000-8000-${String(last).padStart(12, '0')}`;
const person = (id: string, name: string, mri?: string): [string, Person] => [
  id,
  { id, name, ...(mri ? { mri } : {}) },
];
const people = new Map([
  person('U024BE7LH', 'Ana Ribeiro', '29:ana'),
  person('U0G9QF9C6', 'Bob Okafor'),
  person(guid(1), 'Ana Ribeiro', '29:one'),
  person(guid(2), 'Ana Ribeiro'),
]);
const look: CardLook = { baseUrl: 'https://factotum.example', people };
const approval = passingCards()['approval'] as PostedCard;
const titles = (about: Partial<CardLook>) =>
  renderCard(approval, { ...look, ...about }).card.actions?.map(({ title }) => title);

describe('an open approval', () => {
  test('has one button for everybody in a room, and Teams fetches the view of those who decide', () => {
    expect(titles({})).toEqual(['Decide']);
    expect(renderCard(approval, look).card.refresh).toEqual({
      action: {
        type: 'Action.Execute',
        verb: 'refresh',
        title: 'Refresh',
        data: { card: 'crd_1', version: 7 },
      },
      userIds: ['29:ana'],
    });
  });

  test('has its buttons for who decides, by their id or by a name that the plan uses', () => {
    expect(titles({ viewer: 'U024BE7LH' })).toEqual(['Approve', 'Modify', 'Reject']);
    const named = new Map([['U0G9QF9C6', { id: guid(7), name: 'Bob' }]]);
    expect(titles({ viewer: guid(7), people: named })).toEqual(['Approve', 'Modify', 'Reject']);
  });

  test('has none for others, and says why', () => {
    const { card } = renderCard(approval, { ...look, viewer: guid(1) });
    expect(card.actions).toBeUndefined();
    expect(wordsOf(card)).toContain('Only those named above decide.');
  });

  test('is not fetched again where one person is alone, nor where nobody is known', () => {
    const alone = { ...look, viewer: 'U024BE7LH', isPrivate: true };
    expect(renderCard(approval, alone).card.refresh).toBeUndefined();
    expect(renderCard(approval, { ...look, people: new Map() }).card.refresh).toBeUndefined();
  });

  test('is fetched for sixty people at most', () => {
    const ids = Array.from({ length: 80 }, (_, index) => guid(index + 100));
    const crowd = new Map(ids.map((id) => person(id, id, `29:${id}`)));
    const fields = [{ label: 'Who decides', value: `${ids.join(', ')} (2 have to agree)` }];
    const posted = { ...approval, card: { ...approval.card, fields } };
    const { card } = renderCard(posted, { ...look, people: crowd });
    expect(card.refresh?.userIds).toHaveLength(60);
    expect(problemsOf(card)).toEqual([]);
  });

  test('that whoever steers may decide has its buttons for everybody', () => {
    const fields = [{ label: 'Who decides', value: 'Whoever may steer this task' }];
    const { card } = renderCard({ ...approval, card: { ...approval.card, fields } }, look);
    expect(card.actions?.map(({ title }) => title)).toEqual(['Approve', 'Modify', 'Reject']);
    expect(card.refresh).toBeUndefined();
  });

  test('that is decided is the same for all', () => {
    const { card } = renderCard(passingCards()['approval-decided'] as PostedCard, look);
    expect(card.actions).toBeUndefined();
    expect(card.refresh).toBeUndefined();
    expect(wordsOf(card)).toContain('Rejected by Bob Okafor. “Not before *Monday* <!channel>”');
  });
});

describe('people', () => {
  test('ids become names, words do not', () => {
    const known = new Map([...people, person('and', 'Nobody')]);
    const text = `${guid(1)} and U0G9QF9C6, not ${guid(9)} or xU0G9QF9C6`;
    expect(withNames(text, known)).toBe(`Ana Ribeiro and Bob Okafor, not ${guid(9)} or xU0G9QF9C6`);
  });

  test('who decides is read as the card writes it', () => {
    expect(decidersIn('a, b (2 have to agree)')).toEqual(['a', 'b']);
    expect(decidersIn('Whoever may steer this task')).toEqual([]);
  });

  test('those rung for are mentioned once each, two of one name apart', () => {
    const ring = [guid(1), guid(2), guid(1), 'U0G9QF9C6', guid(9)];
    expect(mentionsOf(ring, people)).toEqual({
      line: '<at>Ana Ribeiro</at> <at>Ana Ribeiro 2</at>',
      entities: [
        {
          ...{ type: 'mention', text: '<at>Ana Ribeiro</at>' },
          mentioned: { id: '29:one', name: 'Ana Ribeiro' },
        },
        {
          ...{ type: 'mention', text: '<at>Ana Ribeiro 2</at>' },
          mentioned: { id: guid(2), name: 'Ana Ribeiro' },
        },
      ],
    });
  });

  test('a name cannot end its tag, format it or be long', () => {
    const names = ['</at>*x* [y](https://e.example)', '<>', 'a'.repeat(5_000), '\u202e'];
    const known = new Map(names.map((name, index) => person(guid(index), name)));
    const { line, entities } = mentionsOf([...known.keys()], known);
    expect(line).toBe(entities.map(({ text }) => text).join(' '));
    for (const { text } of entities) expect(text).toMatch(/^<at>[\p{L}\p{N} .,'’-]{1,65}<\/at>$/u);
  });

  test('only the message itself rings, not a page or a view that somebody asks for', () => {
    const posted = postedOf({ kind: 'human', title: 'Your turn', text: 'x' });
    const entitiesOf = (about: Partial<CardLook>) =>
      renderCard(posted, { ...look, ring: [guid(1)], ...about }).card.msteams.entities?.length;
    expect(entitiesOf({})).toBe(1);
    expect(entitiesOf({ viewer: guid(1), isPrivate: true })).toBe(1);
    expect(entitiesOf({ viewer: guid(1) })).toBeUndefined();
    expect(entitiesOf({ page: 0 })).toBeUndefined();
  });

  test('what people write mentions nobody, though they write it as a mention', () => {
    const text = '<at>Ana Ribeiro</at> must pay';
    const { card } = renderCard(postedOf({ kind: 'text', title: text, text }), {
      ...look,
      ring: [guid(1)],
    });
    expect(problemsOf(card)).toEqual([]);
    expect(wordsOf(card).filter((one) => one.includes('<at>'))).toEqual(['<at>Ana Ribeiro</at>']);
  });
});
