/** The environment's variables, each by itself: what it must be, and what it is when it is not set. */
import { z } from 'zod';
import { parseSealKeys } from '../seal.ts';

export const loopback = ['127.0.0.1', 'localhost', '::1'];

const guid = (what: string) =>
  z.guid(`must be a GUID such as 00000000-0000-4000-8000-000000000000: ${what}`).toLowerCase();

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));

/** Dollars for a million tokens, as microdollars. */
const price = z
  .string()
  .regex(/^\d{1,6}(?:\.\d{1,6})?$/, 'must be dollars for a million tokens, such as 0.15')
  .transform((text) => Math.round(Number(text) * 1_000_000));

export const Environment = z.object({
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
  DATABASE_TIMEOUT_SECONDS: whole(5, 600).default(30),
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
  OPENAI_PRICE_INPUT: price.optional(),
  OPENAI_PRICE_OUTPUT: price.optional(),
  FACTOTUM_TASK_LIMIT: z.string().optional(),
  FACTOTUM_PERSON_DAY_LIMIT: z.string().optional(),
  FACTOTUM_WORKSPACE_DAY_LIMIT: z.string().optional(),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be an address such as redis://127.0.0.1:6379' })
    .optional(),
  REDIS_CHANNEL: z
    .string()
    .regex(/^[\w.:-]{1,200}$/, 'must be 1 to 200 letters, digits, or one of _ . : -')
    .default('factotum:events'),
  REDIS_WORKSPACE: z
    .string()
    .regex(/^\w{1,100}$/, 'must be the id of a workspace such as wsp_local')
    .default('wsp_local'),
});
export type Environment = z.infer<typeof Environment>;
