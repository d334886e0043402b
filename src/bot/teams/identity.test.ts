import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSpoken as read, roomIdOf, workspaceIdOf } from './identity.ts';

const readSpoken = (activity: unknown) => read(activity, workspaceIdOf);

const tenant = '5f1a3c5e-0000-4000-8000-000000000001';
const person = '9b0c7d1e-0000-4000-8000-0000000000aa';
const bot = '28:0a0b0c0d-0000-4000-8000-00000000000b';
const channel = '19:a1b2c3@thread.tacv2';

/** As Teams sends them. */
const chat = (about: object = {}) => ({
  type: 'message',
  id: '1700000000001',
  channelId: 'msteams',
  from: { id: '29:1abc', name: 'Ana Ribeiro', aadObjectId: person },
  recipient: { id: bot, name: 'Factotum' },
  conversation: { conversationType: 'personal', tenantId: tenant, id: 'a:1xyz' },
  channelData: { tenant: { id: tenant } },
  entities: [{ locale: 'en-US', type: 'clientInfo' }],
  text: 'help',
  ...about,
});
const own = {
  type: 'mention',
  mentioned: { id: bot, name: 'Factotum' },
  text: '<at>Factotum</at>',
};
const bobs = { type: 'mention', mentioned: { id: '29:bob', name: 'Bob' }, text: '<at>Bob</at>' };
const room = (text: string, about: object = {}) =>
  chat({
    text,
    entities: [own],
    conversation: {
      conversationType: 'channel',
      tenantId: tenant,
      id: `${channel};messageid=1700`,
    },
    ...about,
  });

describe('who and where', () => {
  test('a tenant is a workspace, an Entra object id a person, whatever case they come in', () => {
    const spoken = readSpoken(
      chat({
        from: { id: '29:1abc', name: ' Ana ', aadObjectId: person.toUpperCase() },
        channelData: { tenant: { id: tenant.toUpperCase() } },
      }),
    );
    expect(spoken).toEqual({
      workspaceId: `wsp_teams_${tenant}`,
      tenantId: tenant,
      personId: person,
      mri: '29:1abc',
      name: 'Ana',
      room: 'personal',
      conversation: 'a:1xyz',
      externalId: '1700000000001',
      isMention: false,
      isReply: false,
      isForOthers: false,
      text: 'help',
      timezone: undefined,
    });
    expect(read(chat(), () => undefined)).toBeUndefined();
  });

  test.each([
    ['no object id', { from: { id: '29:1abc' } }],
    ['an object id that is none', { from: { id: '29:1abc', aadObjectId: 'ana' } }],
    ['a program', { from: { id: '28:other', aadObjectId: person } }],
    ['no tenant', { channelData: {}, conversation: { id: 'a:1' } }],
    ['two tenants', { channelData: { tenant: { id: person } } }],
    ['a tenant that is none', { channelData: { tenant: { id: '../x' } } }],
    ['no conversation', { conversation: { id: '' } }],
  ])('nobody is heard with %s', (_, about) => {
    expect(readSpoken(chat(about))).toBeUndefined();
  });

  test('a thread of a channel is a conversation, its first message and its answers alike', () => {
    const first = readSpoken(room('<at>Factotum</at> help', { id: '1700' }));
    const answer = readSpoken(room('<at>Factotum</at> yes', { id: '1800', replyToId: '1700' }));
    expect(first).toMatchObject({ room: 'channel', isReply: false });
    expect(answer).toMatchObject({ room: 'channel', isReply: true });
    expect(answer?.conversation).toBe(first?.conversation);
    expect(roomIdOf(first?.conversation ?? '')).toBe(channel);
  });

  test('where Teams does not name the thread, the message that began it does', () => {
    const conversation = { tenantId: tenant, id: channel };
    const spoken = (about: object) => readSpoken(room('x', { conversation, ...about }));
    expect(spoken({ id: '1700' })?.conversation).toBe(`${channel};messageid=1700`);
    expect(spoken({ id: '1800', replyToId: '1700' })).toMatchObject({
      ...{ conversation: `${channel};messageid=1700`, isReply: true },
    });
  });

  test('a group chat is one conversation', () => {
    const conversation = { conversationType: 'groupChat', tenantId: tenant, id: '19:g@thread.v2' };
    expect(readSpoken(room('x', { conversation }))).toMatchObject({
      ...{ room: 'groupChat', conversation: '19:g@thread.v2', isReply: false },
    });
  });

  test.each([
    ['a:1xyz', 'personal'],
    ['19:g@thread.v2', 'groupChat'],
    ['19:one_two@unq.gbl.spaces', 'personal'],
    [channel, 'channel'],
    ['19:old@thread.skype', 'channel'],
  ])('%s without a type is %s', (id, kind) => {
    expect(readSpoken(chat({ conversation: { id, tenantId: tenant } }))?.room).toBe(kind);
  });
});

describe('what', () => {
  test.each([
    ['<at>Factotum</at> create a CRM', [own], 'create a CRM'],
    ['\r\n<at>Factotum</at>&nbsp;help\r\n', [own], 'help'],
    ['please <at>Factotum</at> help <at>Factotum</at>', [own, own], 'please help'],
    ['<at>Factotum</at> ask <at>Bob</at> first', [own, bobs], 'ask @Bob first'],
    ['a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; &amp;lt;', [], 'a <b> & "c" \'d\' &lt;'],
    ['one\n two\r\n three', [], 'one\ntwo\nthree'],
    ['<at>Factotum</at> is what I typed', [], '<at>Factotum</at> is what I typed'],
    ['&#99999999; &bogus; &#x1F600;', [], '&#99999999; &bogus; 😀'],
    ['', [own], ''],
  ])('%j is %j', (text, entities, plain) => {
    expect(readSpoken(room(text, { entities }))?.text).toBe(plain);
  });

  test('a name of two words comes as two mentions and is left out whole', () => {
    const part = (name: string) => ({ ...own, text: `<at>${name}</at>` });
    const entities = [part('Fac'), part('Totum')];
    expect(readSpoken(room('<at>Fac</at> <at>Totum</at> help', { entities }))).toMatchObject({
      ...{ text: 'help', isMention: true },
    });
  });

  test('only an entity with the bot’s id is a mention, not its name', () => {
    const namesake = { ...own, mentioned: { id: '29:x', name: 'Factotum' } };
    expect(readSpoken(room('<at>Factotum</at> hi', { entities: [namesake] }))).toMatchObject({
      ...{ isMention: false, isForOthers: true, text: '@Factotum hi' },
    });
    expect(readSpoken(room('<at>Factotum</at> hi', { entities: [] }))?.isMention).toBe(false);
  });

  test('what begins with somebody else’s name is for them, unless the bot is mentioned as well', () => {
    const text = '<at>Bob</at> look at this, <at>Factotum</at>';
    expect(readSpoken(room(text, { entities: [bobs] }))?.isForOthers).toBe(true);
    expect(readSpoken(room(text, { entities: [bobs, own] }))?.isForOthers).toBe(false);
  });

  test('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, text) => {
        readSpoken(value);
        readSpoken(room(text, { entities: [value, own] }));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
