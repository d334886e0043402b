/**
 * From a name to a person who can be spoken to: somebody of a roster, by object id or by the address that Entra
 * vouches for, and their personal chat. What is found is remembered in `people`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { transaction } from '../../db/client.ts';
import { findNewest, listRooms } from '../../db/conversation.ts';
import { forgetEmail, listPeople, rememberPerson } from '../../db/person.ts';
import { takeTurns } from '../turns.ts';
import { teams } from './context.ts';
import { openDirect } from './direct.ts';
import { failureOf } from './failure.ts';
import type { TeamsDeps } from './send.ts';
import type { Member, Where } from './wire.ts';

/** Whoever was not found is looked for again after this, whoever was found is looked at again after that. */
const missedMs = 10 * 60_000;
const foundMs = 24 * 60 * 60_000;
const mostKnown = 10_000;
/** After somebody was looked up, in two or three requests of the thirty that a tenant has in a second. */
const pauseMs = 150;
/** So many rooms are looked through for an address, the newest first, and so many pages of each. */
const mostRooms = 20;
const mostPages = 10;

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const isEmail = (name: string): boolean => /^[^\s@/]+@[^\s@/]+$/.test(name);

/** @returns what `Channel.reach` is: whether somebody was found */
export function createReach(deps: TeamsDeps) {
  const { log, now } = deps;
  /** When a name has to be asked about again. */
  const next = new Map<string, number>();
  const inTurn = takeTurns();
  /** One workspace asks one thing after the other: its limit is for the cards. */
  return (workspaceId: string, names: string[]): Promise<boolean> =>
    inTurn(workspaceId, () => look(workspaceId, names));

  async function look(workspaceId: string, names: string[]): Promise<boolean> {
    const wanted = names.filter(
      (name) =>
        (guid.test(name) || isEmail(name)) &&
        (next.get(`${workspaceId} ${name}`) ?? 0) <= now().getTime(),
    );
    if (wanted.length === 0) return false;
    const rooms = await roomsOf(deps, workspaceId);
    // A workspace that Teams has nothing to do with.
    if (!rooms) return false;
    let found = false;
    for (const name of wanted) {
      if (next.size >= mostKnown) next.clear();
      next.set(`${workspaceId} ${name}`, now().getTime() + missedMs);
      try {
        if (!(await find(deps, workspaceId, rooms, name))) continue;
        next.set(`${workspaceId} ${name}`, now().getTime() + foundMs);
        found = true;
        await sleep(pauseMs);
      } catch (error) {
        // Whoever is asked in the thread is asked there all the same.
        log.warn('teams.reach', { failure: failureOf(error).kind, error: String(error) });
      }
    }
    return found;
  }
}
type Rooms = { rooms: Where[]; address: { serviceUrl: string; tenantId: string; bot: string } };

async function roomsOf({ db }: TeamsDeps, workspaceId: string): Promise<Rooms | undefined> {
  return transaction(db, { workspaceId }, async (tx) => {
    const newest = await findNewest(tx, teams);
    if (!newest) return undefined;
    const { serviceUrl, tenantId, bot } = newest;
    const rooms = (await listRooms(tx, teams, mostRooms)).map((row) => ({
      ...{ serviceUrl: row.serviceUrl, tenantId: row.tenantId, bot: row.bot, conversation: row.id },
    }));
    return { rooms, address: { serviceUrl, tenantId, bot } };
  });
}

/** Looks somebody up, and remembers where they are reached. */
async function find(
  deps: TeamsDeps,
  workspaceId: string,
  { rooms, address }: Rooms,
  name: string,
): Promise<boolean> {
  const { db, wire } = deps;
  const scope = { workspaceId };
  const known = await transaction(db, scope, (tx) => listPeople(tx, [name]));
  const own = known.filter((one) => one.channel === teams);
  const chats = own.map(({ conversation }) => ({ ...address, conversation }));
  const member = await memberIn(deps, [...chats, ...rooms], name);
  const isOurs = member !== undefined && !member.isGuest;
  // An address decides for somebody, so it counts only for people of the company, and as Entra has it.
  const email = isEmail(name) ? name.toLowerCase() : isOurs ? member.email : undefined;
  const owner = isEmail(name) && !isOurs ? undefined : member;
  if (email) await transaction(db, scope, (tx) => forgetEmail(tx, teams, email, owner?.personId));
  if (!owner) return false;
  const place = { workspaceId, ...address };
  const conversation = await openDirect({ bot: { engine: { db } }, wire }, place, owner);
  await transaction(db, scope, (tx) =>
    rememberPerson(tx, {
      ...{ workspaceId, id: owner.personId, channel: teams, conversation, account: owner.mri },
      ...(owner.name === undefined ? {} : { name: owner.name }),
      ...(email === undefined ? {} : { email }),
    }),
  );
  return true;
}

/** Somebody of one of the rooms. */
async function memberIn(
  { wire }: TeamsDeps,
  rooms: Where[],
  name: string,
): Promise<Member | undefined> {
  for (const room of rooms) {
    if (!isEmail(name)) {
      const member = await wire.member(room, name).catch((error) => {
        if (['gone', 'closed'].includes(failureOf(error).kind)) return undefined;
        throw error;
      });
      if (member) return member;
      continue;
    }
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const { members, next } = await wire.members(room, cursor).catch((error) => {
        if (failureOf(error).kind === 'closed') return { members: [], next: undefined };
        throw error;
      });
      const found = members.find(({ email }) => email === name.toLowerCase());
      if (found) return found;
      cursor = next;
      if (!cursor) break;
    }
  }
  return undefined;
}
