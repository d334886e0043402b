/** The environment and the command line, read once. A wrong value stops the start with the cure. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FactotumError, invalid } from './errors.ts';
import { type ProcessRole, processRoles } from './role.ts';
import { parseSealKeys, type SealKeys } from './seal.ts';

const loopback = ['127.0.0.1', 'localhost', '::1'];
const isHere = (url: string): boolean => loopback.includes(new URL(url).hostname);

const guid = (what: string) =>
  z.guid(`must be a GUID such as 00000000-0000-4000-8000-000000000000: ${what}`).toLowerCase();

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));

const Environment = z.object({
  PORT: z
    .string()
    .regex(/^\d+$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().max(65535, 'must be a port, 0 to 65535'))
    .default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      hostname: z.regexes.hostname,
      error: 'must be an address such as https://factotum.example.com',
    })
    .optional(),
  FACTOTUM_TOKEN: z
    .string()
    .min(24, 'must have at least 24 characters; make one with: openssl rand -hex 24')
    .optional(),
  FACTOTUM_HOME: z.string().default('.factotum'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .optional(),
  FACTOTUM_LOCALE: z.string().default('en-US'),
  FACTOTUM_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be a currency code such as EUR')
    .default('USD'),
  FACTOTUM_TIMEZONE: z.string().optional(),
  FACTOTUM_ENCRYPTION_KEY: z
    .string()
    .transform((text, context) => {
      const keys = parseSealKeys(text);
      if (!keys)
        context.addIssue(
          'must be 64 hexadecimal digits, or a new and an old key with a comma between them; make one with: openssl rand -hex 32',
        );
      return keys ?? z.NEVER;
    })
    .optional(),
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', 'must start with xoxb-: it is the Bot User OAuth Token of your Slack app')
    .optional(),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must start with xapp-: it is an app-level token of your Slack app')
    .optional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(16, 'must be the Signing Secret under Basic Information of your Slack app')
    .optional(),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://slack-gov.com/api/' })
    .optional(),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: z.string().optional(),
  TEAMS_APP_ID: guid('it is the Microsoft App ID of your bot').optional(),
  TEAMS_APP_PASSWORD: z.string().optional(),
  TEAMS_TENANT_ID: guid('it is the tenant that your bot is registered in').optional(),
  TEAMS_TENANTS: z.string().optional(),
  TEAMS_PATH: z
    .string()
    .regex(/^(?:\/[\w-]+)+$/, 'must be a path such as /api/messages/teams')
    .default('/api/messages/teams'),
  TEAMS_LOCAL: z.enum(['true', 'false'], 'must be true or false').default('false'),
  OPENAI_API_KEY: z.string().trim().min(1, 'must not be blank').optional(),
  OPENAI_BASE_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be an address such as http://127.0.0.1:11434/v1',
    })
    .optional(),
  OPENAI_MODEL: z.string().trim().min(1, 'must be the name of a model').optional(),
  OPENAI_TIMEOUT_SECONDS: whole(5, 600).default(60),
  OPENAI_MAX_TOKENS: whole(500, 200_000).default(8_000),
});

/** How Slack is reached; undefined when nothing of it is set. */
type SlackConfig = {
  botToken: string | undefined;
  /** Socket Mode; without it Slack's requests come over HTTP. */
  appToken: string | undefined;
  signingSecret: string | undefined;
  /** Many workspaces, each installing the app. */
  oauth: { clientId: string; clientSecret: string; keys: SealKeys; publicUrl: string } | undefined;
  /** Another Slack than slack.com: GovSlack, or one to try things out. */
  apiUrl: string | undefined;
};

/** How Teams is reached; undefined when nothing of it is set. */
type TeamsConfig = {
  /** The bot's registration. Without it Teams is played on this machine only. */
  app: { id: string; password: string; tenantId: string } | undefined;
  /** Tenants that are let in, each with its workspace. */
  tenants: ReadonlyMap<string, string>;
  path: string;
  /** People of the tenants sign in to their pages: what their browsers keep meanwhile is sealed with these. */
  signIn: { keys: SealKeys; publicUrl: string } | undefined;
};

/** A language model behind a server that speaks OpenAI's chat completions; undefined when none is set. */
type ModelConfig = {
  /** Undefined for a server that wants none. */
  apiKey: string | undefined;
  /** Undefined for OpenAI's own. */
  baseUrl: string | undefined;
  model: string;
  /** For one answer, with every try that it takes. */
  timeoutMs: number;
  /** The most tokens that one answer may have. */
  maxTokens: number;
};

export type Config = {
  port: number;
  host: string;
  publicUrl: string | undefined;
  token: string | undefined;
  /** Absolute. */
  home: string;
  databaseUrl: string | undefined;
  locale: string;
  currency: string;
  timezone: string;
  slack: SlackConfig | undefined;
  teams: TeamsConfig | undefined;
  model: ModelConfig | undefined;
  /** Talk, work, or both. */
  role: ProcessRole;
  /** What to do from the command line. */
  request: { sentence: string | undefined; yes: boolean; exit: boolean; help: boolean };
};

export const usage = `Factotum: describe it, and it is planned, asked about, done and shown.

  npm start                          web chat at http://127.0.0.1:3000
  npm start -- "Create a CRM …"      the same, and starts with that sentence here
     --yes     accept the plan without asking
     --exit    end after the delivery; exit code 0 only if it was delivered
     --role    all (as without it), bot (talks, does not work) or worker (works, does not
               listen): several programs share the work on one DATABASE_URL

  PORT (3000), FACTOTUM_HOME (.factotum), DATABASE_URL (built-in database), HOST (127.0.0.1),
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
  (vLLM, Ollama, LM Studio). OPENAI_TIMEOUT_SECONDS (60), OPENAI_MAX_TOKENS (8000)`;

/** @throws INVALID naming the variable or option and what it must be */
export function readConfig(environment: NodeJS.ProcessEnv, args: string[]): Config {
  // An empty value in an .env file means "not set".
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw invalid(`${problems.join('. ')}.`);
  }
  const values = parsed.data;
  if (!loopback.includes(values.HOST) && values.FACTOTUM_TOKEN === undefined) {
    throw invalid(
      `HOST=${values.HOST} would let other machines reach Factotum without authentication. Set FACTOTUM_TOKEN (at least 24 characters), or leave HOST unset to listen on this machine only.`,
    );
  }
  const timezone = values.FACTOTUM_TIMEZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { role, ...request } = readRequest(args);
  if (role !== 'all' && values.DATABASE_URL === undefined)
    throw invalid(
      `--role ${role} is for several programs on one database. Set DATABASE_URL to the database that they share.`,
    );
  if (role === 'worker' && request.sentence !== undefined)
    throw invalid('A worker takes no sentence. Start it without one, or with --role all.');
  checkIntl(values.FACTOTUM_LOCALE, timezone);
  const slack = readSlack(values);
  // What Slack reaches others reach too; without a token each of them would be the owner.
  const isReached = slack && (slack.oauth || !slack.appToken);
  const address = values.PUBLIC_URL;
  if (isReached && address && !isHere(address) && values.FACTOTUM_TOKEN === undefined)
    throw invalid(
      `Others reach Factotum at ${address} as Slack does, and without a token they could do there what you can. Set FACTOTUM_TOKEN; make one with: openssl rand -hex 24`,
    );
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL,
    token: values.FACTOTUM_TOKEN,
    home: resolve(values.FACTOTUM_HOME),
    databaseUrl: values.DATABASE_URL,
    locale: values.FACTOTUM_LOCALE,
    currency: values.FACTOTUM_CURRENCY,
    timezone,
    slack,
    teams: readTeams(values),
    model: readModel(values),
    role,
    request,
  };
}

/** @throws INVALID on a half-set combination, with what is missing or too much */
function readSlack(values: z.infer<typeof Environment>): SlackConfig | undefined {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
  } = values;
  const all = [botToken, appToken, signingSecret, clientId, clientSecret];
  if (all.every((value) => value === undefined)) return undefined;
  if (botToken && (clientId ?? clientSecret))
    throw invalid(
      'SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many. Unset one or the other.',
    );
  if ((clientId === undefined) !== (clientSecret === undefined))
    throw invalid(
      'SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together. Copy both from Basic Information of your Slack app.',
    );
  if (!botToken && !clientId)
    throw invalid(
      'Slack needs SLACK_BOT_TOKEN (the Bot User OAuth Token under OAuth & Permissions of your Slack app), or for many workspaces SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.',
    );
  if (!appToken && !signingSecret)
    throw invalid(
      'Slack needs SLACK_APP_TOKEN (an app-level token with connections:write, for Socket Mode), or SLACK_SIGNING_SECRET where Slack can reach this server. Both are under Basic Information of your Slack app.',
    );
  const apiUrl = values.SLACK_API_URL;
  return { botToken, appToken, signingSecret, oauth: readOAuth(values), apiUrl };
}

function readOAuth(values: z.infer<typeof Environment>): SlackConfig['oauth'] {
  const {
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    FACTOTUM_ENCRYPTION_KEY: keys,
    PUBLIC_URL: publicUrl,
  } = values;
  if (!clientId || !clientSecret) return undefined;
  if (!keys)
    throw invalid(
      'The tokens of Slack workspaces are kept encrypted only. Set FACTOTUM_ENCRYPTION_KEY; make one with: openssl rand -hex 32',
    );
  if (!publicUrl)
    throw invalid(
      'To be installed from Slack, Factotum must know its own address. Set PUBLIC_URL, for example https://factotum.example.com, and enter PUBLIC_URL/slack/oauth_redirect as a redirect URL of your Slack app.',
    );
  return { clientId, clientSecret, keys, publicUrl: publicUrl.replace(/\/$/, '') };
}

/** @throws INVALID on a half-set combination, with what is missing or too much */
function readTeams(values: z.infer<typeof Environment>): TeamsConfig | undefined {
  const {
    TEAMS_APP_ID: id,
    TEAMS_APP_PASSWORD: password,
    TEAMS_TENANT_ID: tenantId,
    TEAMS_TENANTS: listed,
    TEAMS_PATH: path,
    PUBLIC_URL: publicUrl,
    HOST: host,
  } = values;
  if (values.TEAMS_LOCAL === 'true') {
    if (id ?? password)
      throw invalid(
        'TEAMS_LOCAL=true takes whatever is sent from this machine, unsigned. Unset it, or unset TEAMS_APP_ID and TEAMS_APP_PASSWORD.',
      );
    if (publicUrl || !loopback.includes(host))
      throw invalid(
        'TEAMS_LOCAL=true is for this machine alone. Unset PUBLIC_URL and HOST, or unset TEAMS_LOCAL.',
      );
    return { app: undefined, tenants: readTenants(listed, tenantId), path, signIn: undefined };
  }
  if ([id, password, tenantId, listed].every((value) => value === undefined)) return undefined;
  if (!id || !password || !tenantId)
    throw invalid(
      'Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID together: the Microsoft App ID of your bot, a client secret of it, and the tenant that it is registered in.',
    );
  if (!publicUrl?.startsWith('https://'))
    throw invalid(
      `Teams reaches Factotum from the internet. Set PUBLIC_URL to its https address, and enter PUBLIC_URL${path} as the messaging endpoint of your bot.`,
    );
  if (values.FACTOTUM_TOKEN === undefined)
    throw invalid(
      `Whoever knows ${publicUrl} reaches Factotum, and without a token they could do there what you can. Set FACTOTUM_TOKEN; make one with: openssl rand -hex 24`,
    );
  const keys = values.FACTOTUM_ENCRYPTION_KEY;
  return {
    app: { id, password, tenantId },
    tenants: readTenants(listed, tenantId),
    path,
    signIn: keys && { keys, publicUrl: publicUrl.replace(/\/$/, '') },
  };
}

/** "<tenant>" or "<tenant>=<Slack team>", with commas; the bot's own tenant is always let in. */
function readTenants(
  listed: string | undefined,
  own: string | undefined,
): ReadonlyMap<string, string> {
  const tenants = new Map(own ? [[own, `wsp_teams_${own}`]] : []);
  for (const entry of (listed ?? '').split(',').filter((part) => part.trim() !== '')) {
    const [tenant = '', team] = entry.trim().split('=');
    const id = z.guid().safeParse(tenant).data?.toLowerCase();
    if (!id || (team !== undefined && !/^T[A-Z0-9]{7,}$/.test(team)))
      throw invalid(
        'TEAMS_TENANTS must be tenant ids with commas between them. Where people of a tenant share the tasks of a Slack workspace, its team id follows: <tenant>=T0123ABCD.',
      );
    tenants.set(id, team ? `wsp_slack_${team}` : `wsp_teams_${id}`);
  }
  return tenants;
}

/** @throws INVALID on a half-set combination, or where a key would travel for everybody to read */
function readModel(values: z.infer<typeof Environment>): ModelConfig | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = values;
  if (apiKey === undefined && baseUrl === undefined && model === undefined) return undefined;
  if (model === undefined)
    throw invalid(
      `${apiKey ? 'OPENAI_API_KEY' : 'OPENAI_BASE_URL'} is set without a model. Set OPENAI_MODEL to the name of one that the server has, or unset both to go on without a language model.`,
    );
  const host = baseUrl === undefined ? 'api.openai.com' : new URL(baseUrl).hostname;
  if (apiKey === undefined && host === 'api.openai.com')
    throw invalid(
      'OPENAI_MODEL needs a server: set OPENAI_API_KEY for OpenAI’s own, or OPENAI_BASE_URL for another one, such as http://127.0.0.1:11434/v1 for Ollama. Unset OPENAI_MODEL to go on without a language model.',
    );
  if (apiKey !== undefined && baseUrl?.startsWith('http:') && !isNear(host))
    throw invalid(
      `OPENAI_BASE_URL would send OPENAI_API_KEY unencrypted to ${host}. Use https:// there, or unset the key if that server wants none.`,
    );
  const { OPENAI_TIMEOUT_SECONDS: seconds, OPENAI_MAX_TOKENS: maxTokens } = values;
  return { apiKey, baseUrl, model, timeoutMs: seconds * 1000, maxTokens };
}

/** This machine, a private network (RFC 1918), or a name that only such a network knows. */
const isNear = (host: string): boolean =>
  host === '[::1]' ||
  /^(?:127|10)\.[\d.]+$|^192\.168\.[\d.]+$|^172\.(?:1[6-9]|2\d|3[01])\.[\d.]+$/.test(host) ||
  /^[a-z\d-]+$|\.(?:local|internal|localhost)$/i.test(host);

function checkIntl(locale: string, timeZone: string): void {
  try {
    new Intl.DateTimeFormat(locale, { timeZone });
  } catch (cause) {
    throw invalid(
      'FACTOTUM_LOCALE must be a language tag such as en-US, and FACTOTUM_TIMEZONE a zone such as Europe/Paris.',
      cause,
    );
  }
}

function readRequest(args: string[]): Config['request'] & { role: ProcessRole } {
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
