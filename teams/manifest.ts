/** The app's manifest, filled in for one bot and one address, and judged by Microsoft's own schema. Pure. */

import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { z } from 'zod';

export type Wish = {
  /** The Microsoft App ID of the bot: a GUID. */
  botId: string;
  /** The app's own id in Teams; the bot's where nothing is said. */
  appId?: string | undefined;
  /** Where the program is reached: https, without a path. */
  url: string;
  /** Three numbers with dots; a higher one replaces an installed app. */
  version: string;
  privacyUrl?: string | undefined;
  termsUrl?: string | undefined;
  /** Leaves out the permission to read messages that do not mention the bot. */
  mentionsOnly?: boolean | undefined;
};

type Manifest = Record<string, unknown>;

const guid = z.guid('must be a GUID such as 00000000-0000-4000-8000-000000000000');
const address = z.url({ protocol: /^https$/, error: 'must be an https address' });
const Given = z.object({
  botId: guid,
  appId: guid.optional(),
  url: address
    .transform((text) => new URL(text))
    .refine(
      ({ pathname, search, hash }) => pathname === '/' && search === '' && hash === '',
      'must have no path behind the host',
    ),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be three numbers such as 1.0.0'),
  privacyUrl: address.optional(),
  termsUrl: address.optional(),
  mentionsOnly: z.boolean().optional(),
});

/**
 * @param template teams/appPackage/manifest.json, with `${{NAME}}` where something is filled in
 * @throws Error naming what was given wrongly, or what Microsoft's schema does not accept
 */
export function fillManifest(template: string, schema: object, wish: Wish): Manifest {
  const given = Given.safeParse(wish);
  if (!given.success) {
    const problems = given.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Error(`${problems.join('. ')}.`);
  }
  const { botId, appId = botId, url, version, mentionsOnly } = given.data;
  const values: Record<string, string> = {
    ...{ BOT_ID: botId, APP_ID: appId, VERSION: version },
    ...{ PUBLIC_URL: url.origin, PUBLIC_HOST: url.hostname },
    PRIVACY_URL: given.data.privacyUrl ?? url.origin,
    TERMS_URL: given.data.termsUrl ?? url.origin,
  };
  const filled = template.replace(/\$\{\{(\w+)\}\}/g, (whole, name: string) => {
    const value = values[name];
    // Escaped as in a JSON string, within the quotes that the template has.
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
  const manifest = JSON.parse(filled) as Manifest;
  if (mentionsOnly) {
    delete manifest['authorization'];
    delete manifest['webApplicationInfo'];
  }
  const problems = problemsOf(manifest, schema);
  if (problems.length > 0) throw new Error(`The manifest is not valid: ${problems.join('; ')}.`);
  return manifest;
}

/** What the schema does not accept, one line each; and places that were left to be filled in. */
export function problemsOf(manifest: unknown, schema: object): string[] {
  const ajv = new Ajv.default({ strict: false, allErrors: true });
  addFormats.default(ajv as never);
  const validate = ajv.compile(schema);
  validate(manifest);
  const left = JSON.stringify(manifest).match(/\$\{\{\w+\}\}/g) ?? [];
  return [
    ...(validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
    ...left.map((place) => `${place} was not filled in`),
  ];
}
