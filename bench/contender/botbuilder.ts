/** A botbuilder bot that acknowledges and does nothing, as its samples begin one. Run as a child process. */
import { CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import express from 'express';

// Without an app nothing is signed, as in TEAMS_LOCAL.
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const site = express();
site.post('/api/messages/teams', express.json({ limit: '1mb' }), (request, response) =>
  adapter.process(request, response, async () => {}),
);
const server = site.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.once('message', () => process.exit(0));
