/** teams/appPackage is what Teams accepts, and asks for exactly what the program answers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { commands, extension, roomPermissions, tabPath } from '../src/bot/teams/surface.ts';
import { readIntent } from '../src/engine/model/offline/intent.ts';
import { fillManifest, problemsOf, type Wish } from '../teams/manifest.ts';
import { makePackage, readSchema } from '../teams/package.ts';

const folder = join(import.meta.dirname, '../teams');
const template = await readFile(join(folder, 'appPackage/manifest.json'), 'utf8');
const schema = readSchema();
const wish: Wish = {
  botId: '00000000-0000-4000-8000-00000000000a',
  url: 'https://factotum.example.com',
  version: '1.2.3',
};
type Shape = {
  [name: string]: unknown;
  id: string;
  bots: { botId: string; commandLists: { commands: object[] }[] }[];
  staticTabs: { contentUrl?: string }[];
  composeExtensions: { commands: { id: string; parameters?: { name: string }[] }[] }[];
  authorization: { permissions: { resourceSpecific: { name: string }[] } };
};
const fill = (about: Partial<Wish> = {}) =>
  fillManifest(template, schema, { ...wish, ...about }) as Shape;

describe('the manifest', () => {
  test('is valid by Microsoft’s own schema when it is filled in', () => {
    expect(problemsOf(fill(), schema)).toEqual([]);
    expect(fill()).toMatchObject({
      version: '1.2.3',
      id: wish.botId,
      validDomains: ['factotum.example.com'],
    });
  });

  test('would not be otherwise, so the schema does judge', () => {
    expect(problemsOf({ ...fill(), surprise: 1 }, schema)).toHaveLength(1);
    expect(problemsOf({ ...fill(), accentColor: 'blue' }, schema)).toHaveLength(1);
    expect(problemsOf(JSON.parse(template), schema)).toContainEqual(
      expect.stringContaining('{{BOT_ID}} was not filled in'),
    );
  });

  test('suggests to write what the program understands', () => {
    expect(fill().bots.flatMap((bot) => bot.commandLists.flatMap((list) => list.commands))).toEqual(
      commands,
    );
    for (const { title } of commands) expect(readIntent(title).kind, title).not.toBe('other');
  });

  test('has the extensions, the tab and the permissions that the program answers and needs', () => {
    const { composeExtensions, staticTabs, authorization } = fill();
    const [make, search] = composeExtensions.flatMap((one) => one.commands);
    expect([make?.id, search?.id]).toEqual([extension.makeTask, extension.searchTasks]);
    expect(search?.parameters?.map(({ name }) => name)).toEqual([extension.searchWords]);
    expect(staticTabs.flatMap(({ contentUrl }) => contentUrl ?? [])).toEqual([wish.url + tabPath]);
    expect(authorization.permissions.resourceSpecific.map(({ name }) => name)).toEqual([
      ...roomPermissions,
    ]);
  });

  test('reads only what mentions the bot where that is wished', () => {
    const manifest = fill({ mentionsOnly: true });
    expect(problemsOf(manifest, schema)).toEqual([]);
    expect(JSON.stringify(manifest)).not.toContain('.Read.');
  });

  test.each([
    ['botId', 'factotum', /botId must be a GUID/],
    ['url', 'http://factotum.example.com', /url must be an https address/],
    ['url', 'https://factotum.example.com/teams', /url must have no path/],
    ['version', '1.0', /version must be three numbers/],
    ['termsUrl', 'javascript:x', /termsUrl must be an https address/],
  ])('with %s %j it is refused with what to do', (name, value, message) => {
    expect(() => fill({ [name]: value })).toThrow(message);
  });

  test('stays JSON whatever an address has in it', () => {
    const privacyUrl = 'https://factotum.example.com/?a="},{"b":"$&\\';
    expect(fill({ privacyUrl })['developer']).toMatchObject({ privacyUrl });
  });
});

describe('the package', () => {
  test('has the manifest and both icons, and nothing else', async () => {
    const files = unzipSync(await makePackage(wish));
    expect(Object.keys(files)).toEqual(['manifest.json', 'color.png', 'outline.png']);
    expect(JSON.parse(strFromU8(files['manifest.json'] as Uint8Array))).toEqual(fill());
  });

  test('is the same bytes for the same wish', async () => {
    expect(await makePackage(wish)).toEqual(await makePackage(wish));
  });

  test.each([
    ['color.png', 192],
    ['outline.png', 32],
  ])('%s is a picture of %i pixels', async (name, size) => {
    const png = await readFile(join(folder, 'appPackage', name));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  });
});
