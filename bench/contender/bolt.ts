/** A Bolt app that acknowledges and does nothing, as its documentation begins one. Run as a child process. */
import { App, HTTPReceiver } from '@slack/bolt';
import { signingSecret } from '../support/slack-sender.ts';

const receiver = new HTTPReceiver({ signingSecret });
const app = new App({
  receiver,
  authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B0BOLT', botUserId: 'U0BOLT' }),
});
app.event('message', async () => {});
const server = await receiver.start({ port: 0, host: '127.0.0.1' });
const address = server.address();
process.once('message', () => process.exit(0));
process.send?.(typeof address === 'object' ? address?.port : undefined);
