/** What somebody wants to be told, and when not: kept with where they are reached. */
import type { webApi } from '@slack/bolt';
import { transaction } from '../../db/client.ts';
import { findPerson, rememberPerson } from '../../db/person.ts';
import { getWorkspace } from '../../db/workspace.ts';
import type { Caller } from './caller.ts';
import { slack as channelName, type SlackContext } from './context.ts';
import { type Settings, settingsModal } from './modal.ts';
import { directOf } from './speak.ts';

export async function openSettings(
  slack: SlackContext,
  caller: Caller,
  client: webApi.WebClient,
  trigger_id: string,
): Promise<void> {
  const view = await transaction(slack.bot.engine.db, caller, async (tx) => {
    const person = await findPerson(tx, caller.id, channelName);
    const { timezone } = await getWorkspace(tx, caller.workspaceId);
    return settingsModal({
      notify: person?.notify ?? 'all',
      quietFrom: printMinutes(person?.quietFrom),
      quietTo: printMinutes(person?.quietTo),
      timezone: person?.timezone ?? timezone,
    });
  });
  await client.views.open({ trigger_id, view });
}

export async function saveSettings(
  slack: SlackContext,
  caller: Caller,
  { notify, quietFrom, quietTo }: Settings,
): Promise<void> {
  const client = await slack.access.clientFor(caller.workspaceId);
  const conversation = await directOf(client, caller.user);
  const { workspaceId, id } = caller;
  await transaction(slack.bot.engine.db, caller, (tx) =>
    rememberPerson(tx, {
      ...{ workspaceId, id, channel: channelName, conversation, notify },
      quietFrom: parseMinutes(quietFrom),
      quietTo: parseMinutes(quietTo),
    }),
  );
}

/** "07:30" as minutes since midnight. */
function parseMinutes(time: string | null): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(time ?? '') ?? [];
  return hours && minutes ? Number(hours) * 60 + Number(minutes) : null;
}

function printMinutes(minutes: number | null | undefined): string | null {
  if (minutes === null || minutes === undefined) return null;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
