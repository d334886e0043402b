/** The command line: what to do, and as which of several programs. */
import { parseArgs } from 'node:util';
import { FactotumError, invalid } from '../errors.ts';
import { type ProcessRole, processRoles } from '../role.ts';

export type Request = { sentence: string | undefined; yes: boolean; exit: boolean; help: boolean };

export const usage = `Factotum: describe it, and it is planned, asked about, done and shown.

  npm start                          web chat at http://127.0.0.1:3000
  npm start -- "Create a CRM …"      the same, and starts with that sentence here
     --yes     accept the plan without asking
     --exit    end after the delivery; exit code 0 only if it was delivered
     --role    all (as without it), bot (talks, does not work) or worker (works, does not
               listen): several programs share the work on one DATABASE_URL

  PORT (3000), FACTOTUM_HOME (.factotum), DATABASE_URL (built-in database), HOST (127.0.0.1),
  DATABASE_TIMEOUT_SECONDS (30),
  FACTOTUM_TOKEN and PUBLIC_URL (to be reached from other machines), FACTOTUM_LOCALE (en-US),
  FACTOTUM_CURRENCY (USD), FACTOTUM_TIMEZONE (as the system says)

  Slack, one workspace: SLACK_BOT_TOKEN with SLACK_APP_TOKEN (no public address needed) or with
  SLACK_SIGNING_SECRET. Many workspaces, whose people sign in to their pages with Slack:
  SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, PUBLIC_URL, FACTOTUM_TOKEN and FACTOTUM_ENCRYPTION_KEY
  instead of SLACK_BOT_TOKEN. GovSlack: SLACK_API_URL

  Teams: TEAMS_APP_ID, TEAMS_APP_PASSWORD, TEAMS_TENANT_ID, PUBLIC_URL and FACTOTUM_TOKEN; with
  FACTOTUM_ENCRYPTION_KEY people sign in to their pages with Microsoft. More tenants: TEAMS_TENANTS.
  Another address than /api/messages/teams: TEAMS_PATH. To try it out here alone: TEAMS_LOCAL=true

  A language model: OPENAI_MODEL with OPENAI_API_KEY, or with OPENAI_BASE_URL for another server
  (vLLM, Ollama, LM Studio). OPENAI_TIMEOUT_SECONDS (60), OPENAI_MAX_TOKENS (8000)

  Events by way of Redis: REDIS_URL, REDIS_CHANNEL (factotum:events), REDIS_WORKSPACE (wsp_local)`;

/** @throws INVALID for an option that is not known, with the usage */
export function readRequest(args: string[]): Request & { role: ProcessRole } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        yes: { type: 'boolean', short: 'y' },
        exit: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        role: { type: 'string', default: 'all' },
      },
    });
    const role = processRoles.find((known) => known === values.role);
    if (!role) throw invalid(`--role must be one of ${processRoles.join(', ')}.`);
    const sentence = positionals.join(' ').trim();
    return {
      sentence: sentence || undefined,
      yes: values.yes ?? false,
      exit: values.exit ?? false,
      help: values.help ?? false,
      role,
    };
  } catch (cause) {
    if (cause instanceof FactotumError) throw cause;
    throw invalid(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`, cause);
  }
}
