/** The environment and the command line, read once. A wrong value stops the start with the cure. */
import { resolve } from 'node:path';
import { type BudgetConfig, readBudget } from './config/budget.ts';
import { Environment, loopback } from './config/environment.ts';
import { type ModelConfig, readModel } from './config/model.ts';
import { type RedisConfig, readRedis } from './config/redis.ts';
import { type Request, readRequest } from './config/request.ts';
import { readSlack, type SlackConfig } from './config/slack.ts';
import { readTeams, type TeamsConfig } from './config/teams.ts';
import { invalid } from './errors.ts';
import type { ProcessRole } from './role.ts';

const isHere = (url: string): boolean => loopback.includes(new URL(url).hostname);

export type Config = {
  port: number;
  host: string;
  publicUrl: string | undefined;
  token: string | undefined;
  /** Absolute. */
  home: string;
  databaseUrl: string | undefined;
  /** How long one statement may take. */
  databaseTimeoutSeconds: number;
  locale: string;
  currency: string;
  timezone: string;
  slack: SlackConfig | undefined;
  teams: TeamsConfig | undefined;
  model: ModelConfig | undefined;
  redis: RedisConfig | undefined;
  budget: BudgetConfig;
  /** Talk, work, or both. */
  role: ProcessRole;
  /** What to do from the command line. */
  request: Request;
};

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
    databaseTimeoutSeconds: values.DATABASE_TIMEOUT_SECONDS,
    locale: values.FACTOTUM_LOCALE,
    currency: values.FACTOTUM_CURRENCY,
    timezone,
    slack,
    teams: readTeams(values),
    model: readModel(values),
    redis: readRedis(values),
    budget: readBudget(values),
    role,
    request,
  };
}

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
