import { expect, test } from 'vitest';
import { ana as anyone, testEngine } from '../../../test/support/engine.ts';
import { rememberConversation } from '../../db/conversation.ts';
import { matchPerson } from '../assignee.ts';
import { createFellows } from './fellow.ts';
import { type Member, WireError } from './wire.ts';

const { db, read } = await testEngine();
const { workspaceId } = anyone;
const address = { tenantId: 't', serviceUrl: 'https://smba.example/', bot: '28:bot' };
const remember = (id: string, kind: 'personal' | 'channel') =>
  read((tx) => rememberConversation(tx, { workspaceId, channel: 'teams', id, kind, ...address }));
await remember('19:orders@thread.tacv2', 'channel');
await remember('a:ana', 'personal');

const member = (name: string, number: number, isGuest = false): Member => ({
  ...{
    mri: `29:${number}`,
    personId: `9b0c7d1e-0000-4000-8000-00000000000${number}`,
    name,
    isGuest,
  },
  email: `${name.split(' ')[0]?.toLowerCase()}@shop.example`,
});
const roster = [
  member('Ana Lima', 1),
  member('Ben Ito', 2),
  member('Ben Olsen', 3),
  member('Dov Guest', 4, true),
];
const fellows = createFellows({
  db,
  wire: {
    members: async (_, cursor) =>
      cursor
        ? { members: roster.slice(2), next: undefined }
        : { members: roster.slice(0, 2), next: 'more' },
  },
});
const inThread = { workspaceId, conversation: '19:orders@thread.tacv2;messageid=1' };

test('a name in a channel is looked for in the whole roster, without guests', async () => {
  const found = await fellows(inThread);
  expect(found).toMatchObject({ isAll: true, people: [{}, {}, {}] });
  expect(matchPerson('Ana', found)).toMatchObject({ kind: 'one', person: { name: 'Ana Lima' } });
  expect(matchPerson('@Ben', found)).toMatchObject({ kind: 'many' });
  expect(matchPerson('Dov', found)).toEqual({ kind: 'none' });
});

test('in a personal chat a name is asked about, since others may have it too', async () => {
  const found = await fellows({ workspaceId, conversation: 'a:ana' });
  expect(matchPerson('Ana', found)).toMatchObject({ kind: 'many', people: [{ name: 'Ana Lima' }] });
});

test('a roster that Teams does not give is an error of its own', async () => {
  const members = async () => {
    throw new WireError('down', { status: 500 });
  };
  const broken = createFellows({ db, wire: { members } });
  await expect(broken(inThread)).rejects.toMatchObject({ code: 'UPSTREAM' });
});
