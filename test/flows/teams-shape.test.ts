/** Everything that Teams posts comes through as it was sent when it is signed, and not at all when it is not. */
import { describe, expect, test } from 'vitest';
import { readSpoken, workspaceIdOf } from '../../src/bot/teams/identity.ts';
import { parsePressed } from '../../src/bot/teams/invoke.ts';
import {
  type Activity,
  channelMessage,
  groupMessage,
  inGroup,
  mention,
  personalMessage,
  submitMessage,
  threadMessage,
} from '../support/teams-activity.ts';
import {
  channelEvent,
  deleted,
  edited,
  ended,
  installation,
  membersAdded,
  membersRemoved,
  reacted,
  teamInstallation,
  teamRenamed,
  typing,
} from '../support/teams-event.ts';
import {
  actionInvoke,
  actionSubmitInvoke,
  executeInvoke,
  refreshInvoke,
  searchInvoke,
} from '../support/teams-invoke.ts';
import { ana, ben, channel, cleo, dov, groupChat } from '../support/teams-people.ts';
import { useTeams } from '../support/teams-use.ts';

const { signed, endpoint, expectRefusal, expectNothingLeft } = await useTeams();

const data = { card: 'crd_1', version: 2, action: 'act_3' };
const pressed = { verb: 'act', data };
const acted = { id: '1700000000001', html: '<div><p>Set up a CRM</p></div>' };
const thread = channelMessage('create a CRM');
const answer = threadMessage(thread.id, 'yes', { by: ben });
const toBen = threadMessage(thread.id, '<at>Ben</at> look', { entities: [mention(ben)] });

const shapes: [string, Activity][] = [
  ['a message in a personal chat', personalMessage('create a CRM')],
  ['a message in a group chat', groupMessage('create a CRM', { by: cleo })],
  ['a message in a channel', thread],
  ['an answer in a thread', answer],
  ['an answer to somebody else', toBen],
  ['a message of a guest', personalMessage('help', { by: dov })],
  ['a pressed fallback', submitMessage({ ...data, verb: 'act' }, '1700000000002')],
  ['a pressed button', executeInvoke(pressed, '1700000000002')],
  ['a refresh', refreshInvoke({ verb: 'refresh', data }, '1700000000002')],
  ['a search before anything is typed', searchInvoke('search_tasks')],
  ['a search', searchInvoke('search_tasks', 'crm')],
  ['a message action', actionInvoke('make_task', acted)],
  ['a message action that is sent', actionSubmitInvoke('make_task', acted, { title: 'CRM' })],
  ['people that are added', membersAdded([ben, cleo])],
  ['the bot that is added', membersAdded(['bot'])],
  ['somebody who is removed', membersRemoved([ben])],
  ['the bot that is removed', membersRemoved(['bot'])],
  ['a new channel', channelEvent('channelCreated')],
  ['a renamed channel', channelEvent('channelRenamed', { ...channel, name: 'Sales' })],
  ['a deleted channel', channelEvent('channelDeleted')],
  ['a restored channel', channelEvent('channelRestored')],
  ['a renamed team', teamRenamed('Store')],
  ['an installation', installation('add')],
  ['an installation in a group chat', installation('add', inGroup())],
  ['an installation in a team', teamInstallation('add')],
  ['a new version', installation('add-upgrade')],
  ['a removal', installation('remove')],
  ['a changed message', edited(personalMessage('create'), 'create a CRM')],
  ['a deleted message', deleted(personalMessage('create a CRM'))],
  ['a reaction', reacted('1700000000002')],
  ['somebody who types', typing()],
  ['an end', ended()],
];

test.each(shapes)('%s is heard as it was sent when it is signed', async (_, body) => {
  expect(await endpoint.deliver({ body, headers: await signed() })).toMatchObject({ status: 200 });
  expect(endpoint.heard).toEqual([body]);
  expectNothingLeft();
});

test.each(shapes)('%s is not heard when it is not', async (_, body) => {
  expectRefusal(await endpoint.deliver({ body }), 401);
});

describe('who spoke, and what', () => {
  test.each<[string, Activity, object]>([
    [
      'in a personal chat',
      personalMessage('create a CRM'),
      { room: 'personal', isMention: false, text: 'create a CRM', personId: ana.aadObjectId },
    ],
    [
      'in a group chat',
      groupMessage('create a CRM', { by: cleo }),
      { room: 'groupChat', conversation: groupChat, isMention: true, text: 'create a CRM' },
    ],
    ['in a channel', thread, { room: 'channel', isMention: true, isReply: false }],
    ['in a thread', answer, { isMention: false, isReply: true, text: 'yes', mri: ben.id }],
    ['to somebody else', toBen, { isForOthers: true, text: '@Ben look' }],
    ['with a button', executeInvoke(pressed, '1'), { room: 'personal', name: 'Ana', text: '' }],
    ['with a message action', actionInvoke('make_task', acted), { room: 'channel', name: 'Ana' }],
    ['with an installation', installation('add'), { room: 'personal', name: 'Ana' }],
  ])('%s is read', (_, activity, spoken) => {
    expect(readSpoken(activity, workspaceIdOf)).toMatchObject(spoken);
  });

  test('a thread is the same conversation for everything that is said in it', () => {
    const conversations = [thread, answer, toBen].map(
      (one) => readSpoken(one, workspaceIdOf)?.conversation,
    );
    expect(new Set(conversations)).toEqual(new Set([`${channel.id};messageid=${thread.id}`]));
  });

  test('a button says the same with Action.Execute and without', () => {
    const [by, without] = [
      executeInvoke(pressed, '1'),
      submitMessage({ ...data, verb: 'act' }, '1'),
    ];
    expect(parsePressed(by['value'])).toEqual(parsePressed(without['value']));
    expect(parsePressed(by['value'])).toMatchObject({ kind: 'act', action: 'act_3' });
    const refresh = refreshInvoke({ verb: 'refresh', data }, '1');
    expect(parsePressed(refresh['value'])).toMatchObject({ kind: 'view', isAutomatic: true });
  });
});
