import { createStoredChannel } from '../../src/bot/message.ts';
import { transaction } from '../../src/db/client.ts';
import { listMessages } from '../../src/db/message.ts';
import { testDatabase } from '../support/database.ts';
import { channelConformance } from './channel.ts';

const db = await testDatabase();

channelConformance('web', createStoredChannel(db, 'web'), async (conversation) => {
  const rows = await transaction(db, { workspaceId: 'wsp_local' }, (tx) =>
    listMessages(tx, conversation),
  );
  return rows.map((row) => row.text);
});
