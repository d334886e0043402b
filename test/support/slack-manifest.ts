/**
 * What Slack says a manifest may contain, for the parts that ours has: docs.slack.dev/reference/app-manifest.
 * A field that is not named here is refused, as Slack refuses unknown ones.
 */
const text = (maxLength: number, minLength = 1) => ({ type: 'string', minLength, maxLength });
const flag = { type: 'boolean' };
const address = { type: 'string', pattern: '^https://', maxLength: 3000 };
const list = (items: object, maxItems: number) => ({ type: 'array', items, maxItems });
const object = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const display = object(
  {
    name: text(35),
    description: text(140),
    long_description: text(4000, 175),
    background_color: { type: 'string', pattern: '^#([0-9a-fA-F]{3}){1,2}$' },
  },
  ['name'],
);
const appHome = object({
  home_tab_enabled: flag,
  messages_tab_enabled: flag,
  messages_tab_read_only_enabled: flag,
});
const agentView = object({
  agent_description: text(300),
  suggested_prompts: list(
    object({ title: text(75), message: text(2000) }, ['title', 'message']),
    4,
  ),
});
const botUser = object(
  { display_name: { ...text(80), pattern: '^[a-z0-9._-]+$' }, always_online: flag },
  ['display_name'],
);
const shortcut = object(
  {
    name: text(24),
    type: { enum: ['message', 'global'] },
    callback_id: text(255),
    description: text(150),
  },
  ['name', 'type', 'callback_id', 'description'],
);
const slashCommand = object(
  {
    command: { ...text(32, 2), pattern: '^/[a-z0-9_-]+$' },
    url: address,
    description: text(2000),
    usage_hint: text(1000),
    should_escape: flag,
  },
  ['command', 'description'],
);

export const manifestSchema = object(
  {
    display_information: display,
    features: object({
      app_home: appHome,
      agent_view: agentView,
      bot_user: botUser,
      shortcuts: list(shortcut, 10),
      slash_commands: list(slashCommand, 50),
    }),
    oauth_config: object({
      redirect_urls: { ...list({ type: 'string', maxLength: 2500 }, 1000), uniqueItems: true },
      scopes: object({
        bot: { ...list(text(50), 255), uniqueItems: true },
        user: { ...list(text(50), 255), uniqueItems: true },
      }),
    }),
    settings: object({
      event_subscriptions: object({
        request_url: address,
        bot_events: { ...list(text(50), 100), uniqueItems: true },
      }),
      interactivity: object({ is_enabled: flag, request_url: address }, ['is_enabled']),
      org_deploy_enabled: flag,
      socket_mode_enabled: flag,
      token_rotation_enabled: flag,
    }),
  },
  ['display_information'],
);
