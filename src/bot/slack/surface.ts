/**
 * Everything of ours that Slack knows by name. The manifest and the listeners are held to it by tests:
 * what is in one and not in the other is a button that nobody answers, or a permission that nobody uses.
 */
import { homeActions } from './home.ts';
import { callbacks } from './modal.ts';

/** What the manifest subscribes to, and the type that such an event has when it arrives. */
export const events = {
  app_home_opened: 'app_home_opened',
  app_mention: 'app_mention',
  app_uninstalled: 'app_uninstalled',
  'message.channels': 'message',
  'message.groups': 'message',
  'message.im': 'message',
  'message.mpim': 'message',
  tokens_revoked: 'tokens_revoked',
} as const;

export const command = '/factotum';

/** Callback ids. */
export const shortcutOf = {
  /** In the menu of a message: "Make this a task". */
  message: 'make_task',
  /** There too: "Tasks of this thread". */
  thread: 'thread_tasks',
  /** In the menu of the text field, and in the search: "New task". */
  global: 'new_task',
} as const;

/** Dialogs that come back when they are sent; `details` is only read, so it never does. */
export const views = [callbacks.text, callbacks.describe, callbacks.settings] as const;

/** By `action_id`. Any other is answered with 200 and ignored: it is of a card that we no longer make. */
export const actions = {
  /** A card's button: its value is an opaque id and the card's version. */
  card: /^act:\d+$/,
  /** It opened a page already; Slack wants an answer all the same. */
  link: /^link:\d+$/,
  settings: homeActions.settings,
  describe: homeActions.describe,
} as const;

/** Where Slack reaches us over HTTP. In Socket Mode none of these is asked for. */
export const paths = {
  /** Events, buttons, dialogs, the command and the shortcuts. */
  events: '/slack/events',
  install: '/slack/install',
  redirect: '/slack/oauth_redirect',
  signIn: '/signin',
  /** The way back from "Sign in with Slack". */
  signedIn: '/signin/slack/callback',
} as const;

/**
 * The bot's permissions. `for` is said in docs/slack.md, `by` are the events
 * and the methods of the Web API that need it.
 */
export const scopes = {
  'app_mentions:read': {
    for: 'to hear you when you mention it in a channel',
    by: ['app_mention'],
  },
  'assistant:write': {
    for: 'to be found at the top of Slack beside your work, and to suggest there what to ask',
    by: ['agent_view', 'assistant.threads.setSuggestedPrompts'],
  },
  'channels:history': {
    for: 'to read replies in its threads, threads that you ask it to read, and channels that you asked it to watch',
    by: ['message.channels', 'conversations.replies', 'conversations.history'],
  },
  'chat:write': {
    for: 'to answer, and to keep its cards up to date',
    by: ['chat.postMessage', 'chat.update', 'chat.postEphemeral'],
  },
  commands: {
    for: 'for /factotum and the shortcuts',
    by: ['command', 'shortcut'],
  },
  'files:write': {
    for: 'to put what does not fit into a card into its thread as a file',
    by: ['filesUploadV2'],
  },
  'groups:history': {
    for: 'the same as channels:history, in private channels that it was invited to',
    by: ['message.groups', 'conversations.replies', 'conversations.history'],
  },
  'im:history': {
    for: 'to read what you write to it alone',
    by: ['message.im', 'conversations.replies', 'conversations.history'],
  },
  'im:write': {
    for: 'to bring an approval to the person who decides',
    by: ['conversations.open'],
  },
  'mpim:history': {
    for: 'the same as channels:history, in group messages that it was added to',
    by: ['message.mpim', 'conversations.replies', 'conversations.history'],
  },
  'users:read': {
    for: 'to know your time zone, whether somebody belongs to your company, and who is meant by a name',
    by: ['users.info', 'users.list'],
  },
  'users:read.email': {
    for: 'to find the person behind the e-mail address that a plan names',
    by: ['users.lookupByEmail'],
  },
} as const satisfies Record<string, { for: string; by: readonly string[] }>;

/** What people are asked for when they sign in to the pages: who they are. Their token is not kept. */
export const signInScopes = ['openid', 'profile'] as const;

/** What SLACK_APP_TOKEN may do: open the connection of Socket Mode. */
export const appScopes = ['connections:write'] as const;
