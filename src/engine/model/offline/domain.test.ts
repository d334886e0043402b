import { describe, expect, it } from 'vitest';
import { AppSpec } from '../../../apps/spec.ts';
import { domains, findDomain } from './domain.ts';
import { parseDomains } from './notation.ts';
import { understandText } from './understand.ts';

const context = {
  now: new Date('2026-01-05T09:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};

describe('the notation', () => {
  it('reads names, marks, types, choices, flows and links', () => {
    const [domain] = parseDomains(
      '# Zoo | paw-print 90 | zoo^5, animals\nanimals paw-print: name!? tag^ fed_at:datetime size(S, L) status(In > Out | Lost) @keeper>people @foods*',
    );
    expect(domain).toMatchObject({
      name: 'Zoo',
      hue: 90,
      words: [
        { text: 'zoo', weight: 5 },
        { text: 'animals', weight: 3 },
      ],
    });
    expect(domain?.entities[0]?.fields).toEqual([
      { name: 'name', required: true, search: true },
      { name: 'tag', unique: true },
      { name: 'fed at', type: 'datetime' },
      { name: 'size', type: 'choice', options: ['S', 'L'] },
      { name: 'status', type: 'status', options: ['In', 'Out'], exits: ['Lost'] },
      { name: 'keeper', type: 'relation', to: 'person' },
      { name: 'foods', type: 'relation', to: 'food', many: true },
    ]);
  });

  it('refuses a line that it cannot read', () => {
    expect(() => parseDomains('# A | x 1 | a\nthings x: a@b')).toThrow('a@b');
  });
});

describe('domains', () => {
  it.each(domains.map((domain) => [domain.name, domain] as const))(
    '%s gives a sound app from its first word',
    (_, domain) => {
      const answer = understandText(`Create an app for my ${domain.words[0]?.text}`, context);
      expect(answer.kind).toBe('app');
      if (answer.kind === 'app') expect(AppSpec.safeParse(answer.spec).success).toBe(true);
    },
  );

  it.each([
    ['I run a small vet practice and need to keep track of patients', 'Veterinary clinic'],
    ['We need something for our law firm', 'Legal practice'],
    ['my yoga studio has members and classes', 'Gym'],
    ['tenants report repairs in our building management', 'Property maintenance'],
    ['a place to write down donations from donors', 'Nonprofit donors'],
    ['organise job candidates and interviews', 'Hiring'],
  ])('"%s" is about %s', (text, name) => {
    expect(findDomain(text, text)?.domain.name).toBe(name);
  });
});
