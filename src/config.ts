/** The environment and the command line, read once. A wrong value stops the start with the cure. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FactotumError, invalid } from './errors.ts';
import { type ProcessRole, processRoles } from './role.ts';

const loopback = ['127.0.0.1', 'localhost', '::1'];

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
});

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
  FACTOTUM_CURRENCY (USD), FACTOTUM_TIMEZONE (as the system says)`;

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
