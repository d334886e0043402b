/** What Slack is told about the app when it is made: manifest.json, as it is for Socket Mode. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../../root.ts';
import { paths, signInScopes } from './surface.ts';

const Words = z.array(z.string()).default([]);

/** The parts that are compared and changed; Slack's export may leave out what is empty. The rest is kept. */
export const Manifest = z.looseObject({
  features: z
    .looseObject({
      app_home: z
        .looseObject({
          home_tab_enabled: z.boolean().default(false),
          messages_tab_enabled: z.boolean().default(false),
          messages_tab_read_only_enabled: z.boolean().default(true),
        })
        .prefault({}),
      agent_view: z.looseObject({}).optional(),
      shortcuts: z.array(z.looseObject({ callback_id: z.string() })).default([]),
      slash_commands: z.array(z.looseObject({ command: z.string() })).default([]),
    })
    .prefault({}),
  oauth_config: z
    .looseObject({
      scopes: z.looseObject({ bot: Words, user: z.array(z.string()).optional() }).prefault({}),
      redirect_urls: z.array(z.string()).optional(),
    })
    .prefault({}),
  settings: z
    .looseObject({
      event_subscriptions: z
        .looseObject({ request_url: z.string().optional(), bot_events: Words })
        .prefault({}),
      interactivity: z
        .looseObject({ is_enabled: z.boolean(), request_url: z.string().optional() })
        .prefault({ is_enabled: false }),
      socket_mode_enabled: z.boolean().default(false),
      token_rotation_enabled: z.boolean().default(false),
    })
    .prefault({}),
});
export type Manifest = z.infer<typeof Manifest>;

export const readManifest = (): Manifest =>
  Manifest.parse(JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')));

/**
 * The same app with what many workspaces need: where people come back to who install it, and who sign in.
 * @param publicUrl without a slash at its end
 */
export function withPages(manifest: Manifest, publicUrl: string): Manifest {
  const { oauth_config } = manifest;
  return {
    ...manifest,
    oauth_config: {
      ...oauth_config,
      scopes: { ...oauth_config.scopes, user: [...signInScopes] },
      redirect_urls: [paths.redirect, paths.signedIn].map((path) => publicUrl + path),
    },
  };
}

/**
 * The same app, reached over HTTP instead.
 * @param publicUrl without a slash at its end
 */
export function overHttp(manifest: Manifest, publicUrl: string): Manifest {
  const { features, settings } = manifest;
  const url = publicUrl + paths.events;
  return {
    ...withPages(manifest, publicUrl),
    features: {
      ...features,
      slash_commands: features.slash_commands.map((command) => ({ ...command, url })),
    },
    settings: {
      ...settings,
      event_subscriptions: { ...settings.event_subscriptions, request_url: url },
      interactivity: { ...settings.interactivity, request_url: url },
      socket_mode_enabled: false,
    },
  };
}
