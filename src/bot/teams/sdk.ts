/**
 * The port of `wire.ts` with botbuilder: the one file that names it. Its support has ended; what it would take to
 * leave it is in docs/decisions/0006-botbuilder-behind-a-port.md.
 */
import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
  type ConversationReference,
  type TurnContext,
} from 'botbuilder';
import { isServiceUrl } from './gate.ts';
import { request } from './request.ts';
import { memberOf } from './roster.ts';
import { inTime, isOutage, isSecretRefused, issuerIn } from './token.ts';
import { type Message, type Where, type Wire, WireError } from './wire.ts';

export type SdkSettings = {
  /** The Microsoft App ID of the bot, and the secret of it, of the tenant that it is registered in. */
  app: { id: string; password: string; tenantId: string } | undefined;
  /** Nothing is signed, either way, and all addresses are on this machine. Without `app`. */
  isLocal: boolean;
  /** Another signer than Microsoft, and what our requests are signed with: for tests. */
  trial?: {
    openIdMetadataUrl: string;
    issuer: string;
    token: string | (() => Promise<string>);
    isServiceUrl(url: string): boolean;
    /** How long anybody is waited for. */
    limitMs?: number;
  };
};

type Trial = NonNullable<SdkSettings['trial']>;
type Options = NonNullable<
  ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]
>;
type Client = NonNullable<Options['httpClient']>;
type Credentials = Awaited<
  ReturnType<ConfigurationServiceClientCredentialFactory['createCredentials']>
>;
type Activity = TurnContext['activity'];
type Signed = Parameters<Credentials['signRequest']>[0];
type Incoming = Pick<Parameters<Wire['take']>[0], 'headers' | 'body'>;

/** Who signs what comes from Teams. Source: "Bot Connector authentication", learn.microsoft.com. */
const usualIssuer = 'https://api.botframework.com';
/** For whom our own tokens are: the same name. */
const audience = usualIssuer;
/** Tokens come from Entra and keys from the Bot Framework; the SDK would wait for ever. */
const usualMs = 10_000;

export function createWire({ app, isLocal, trial }: SdkSettings): Wire {
  if (app ? !(app.id.trim() && app.password.trim() && app.tenantId.trim()) : !isLocal)
    throw new Error('A bot that is reached from outside has an id, a secret and a tenant.');
  const appId = app?.id ?? '';
  const limitMs = trial?.limitMs ?? usualMs;
  const isKnown = trial?.isServiceUrl ?? ((url: string) => isServiceUrl(url, isLocal));
  const authentication = new ConfigurationBotFrameworkAuthentication(
    trial
      ? {
          ToBotFromChannelOpenIdMetadataUrl: trial.openIdMetadataUrl,
          ToBotFromEmulatorOpenIdMetadataUrl: trial.openIdMetadataUrl,
          ToBotFromChannelTokenIssuer: trial.issuer,
        }
      : {},
    new Factory(app, trial?.token, limitMs),
    // Other bots may not call this one as a skill.
    { requiredEndorsements: [], validateClaims: refuseSkills },
    undefined,
    { httpClient: client(isKnown, limitMs) },
  );
  const adapter = new CloudAdapter(authentication);
  // The SDK would post words of its own into the conversation.
  adapter.onTurnError = async (_context, error) => {
    throw error;
  };
  const issuer = trial?.issuer ?? usualIssuer;

  /** What the body says is not believed yet, so the SDK gets of it only what has to be in the token. */
  const isSigned = async ({ headers, body }: Incoming): Promise<boolean> => {
    const { authorization = '' } = headers;
    const serviceUrl = (body as { serviceUrl?: unknown } | undefined)?.serviceUrl;
    if (typeof serviceUrl !== 'string' || !serviceUrl || issuerIn(authorization) !== issuer)
      return false;
    try {
      const claimed = { channelId: 'msteams', serviceUrl } as Activity;
      await inTime(authentication.authenticateRequest(claimed, authorization), limitMs);
      return true;
    } catch (error) {
      if (isOutage(error)) throw new Error('The Bot Framework gave no keys.', { cause: error });
      return false;
    }
  };
  const talk = async <T>(where: Where, work: (context: TurnContext) => Promise<T>): Promise<T> => {
    let result: { value: T } | undefined;
    await adapter.continueConversationAsync(appId, referenceOf(where), async (context) => {
      // Of an activity that the SDK has made up, which it would answer: Teams does not know it.
      delete context.activity.id;
      result = { value: await work(context) };
    });
    if (!result) throw new Error('The SDK did not begin a turn.');
    return result.value;
  };
  const connector = (where: Where) =>
    talk(where, async (context) => connectorIn(context, adapter.ConnectorClientKey));

  return {
    async take(incoming, response, hear) {
      const isProven = app === undefined || (await isSigned(incoming));
      const answer = isProven ? await hear(incoming.body) : { status: 401 };
      response.status(answer.status);
      if (answer.body) response.json(answer.body);
      else response.end();
    },
    async send(where, message) {
      const sent = await talk(where, (context) => context.sendActivity(activityOf(message)));
      if (!sent?.id) throw new WireError('Teams named no message.', {});
      return sent.id;
    },
    async update(where, id, message) {
      const conversation = { id: where.conversation } as ConversationReference['conversation'];
      const activity = { ...activityOf(message), id, conversation };
      await talk(where, (context) => context.updateActivity(activity));
    },
    async open({ serviceUrl, tenantId, bot }, person) {
      let id: string | undefined;
      const parameters = {
        ...{ isGroup: false, tenantId, channelData: { tenant: { id: tenantId } } },
        bot: { id: bot, name: '' },
        members: [{ id: person, name: '' }],
      };
      await adapter.createConversationAsync(
        appId,
        'msteams',
        serviceUrl,
        audience,
        parameters as Parameters<CloudAdapter['createConversationAsync']>[4],
        async (context) => {
          id = context.activity.conversation.id;
        },
      );
      if (!id) throw new WireError('Teams named no conversation.', {});
      return id;
    },
    async member(where, person) {
      const { conversations } = await connector(where);
      return memberOf(await conversations.getConversationMember(where.conversation, person));
    },
    async members(where, cursor) {
      const { conversations } = await connector(where);
      const found = await conversations.getConversationPagedMembers(where.conversation, {
        pageSize: 200,
        ...(cursor ? { continuationToken: cursor } : {}),
      });
      const members = (found.members ?? []).flatMap((one) => memberOf(one) ?? []);
      return { members, next: found.continuationToken || undefined };
    },
  };
}

/** Never open: without an app there is local mode, which its own gates keep on this machine. */
class Factory extends ConfigurationServiceClientCredentialFactory {
  readonly #isOpen: boolean;
  readonly #token: Trial['token'] | undefined;
  readonly #limitMs: number;

  constructor(app: SdkSettings['app'], token: Trial['token'] | undefined, limitMs: number) {
    super(
      app
        ? {
            MicrosoftAppType: 'SingleTenant',
            MicrosoftAppId: app.id,
            MicrosoftAppPassword: app.password,
            MicrosoftAppTenantId: app.tenantId,
          }
        : {},
    );
    this.#isOpen = app === undefined;
    this.#token = token;
    this.#limitMs = limitMs;
  }

  override async isAuthenticationDisabled(): Promise<boolean> {
    return this.#isOpen;
  }

  override async createCredentials(
    ...given: Parameters<ConfigurationServiceClientCredentialFactory['createCredentials']>
  ): Promise<Credentials> {
    if (this.#isOpen) return { signRequest: async (wanted) => wanted };
    const token = this.#token;
    const credentials =
      token === undefined
        ? await super.createCredentials(...given)
        : { signRequest: (wanted: Signed) => withToken(wanted, token) };
    return { signRequest: (wanted) => signed(credentials, wanted, this.#limitMs) };
  }
}

async function withToken(wanted: Signed, token: Trial['token']): Promise<Signed> {
  const text = typeof token === 'string' ? token : await token();
  wanted.headers.set('authorization', `Bearer ${text}`);
  return wanted;
}

/** A token that does not come was not used: nothing is sent. */
async function signed(by: Credentials, wanted: Signed, limitMs: number): Promise<Signed> {
  try {
    return await inTime(by.signRequest(wanted), limitMs);
  } catch (cause) {
    const code = isSecretRefused(cause) ? 'BadSecret' : 'NoToken';
    throw new WireError('Microsoft Entra gave no token.', { code, isUnsent: true, cause });
  }
}

async function refuseSkills(claims: { type: string; value: string }[]): Promise<void> {
  const read = (type: string) => claims.find((claim) => claim.type === type)?.value;
  if (read('iss') !== undefined && read('appid') !== undefined)
    throw new Error('Other bots are not let in.');
}

/** The transport: what fails is thrown as an error that no policy of the SDK repeats. */
function client(isKnown: (url: string) => boolean, limitMs: number): Client {
  return {
    async sendRequest(wanted) {
      if (!isKnown(wanted.url))
        throw new WireError('That is no address of Teams.', { isUnsent: true, code: 'BadAddress' });
      const { method, url, body } = wanted;
      const text = typeof body === 'string' ? body : undefined;
      const all = { method, url, headers: wanted.headers.toJson(), body: text };
      const answered = await request(all, limitMs);
      const headers = wanted.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      for (const [name, value] of Object.entries(answered.headers)) headers.set(name, value);
      return { request: wanted, status: answered.status, headers, bodyAsText: answered.text };
    },
  };
}

function referenceOf({ serviceUrl, conversation, tenantId, bot }: Where): ConversationReference {
  // Its kind is left out: Microsoft's own Agents Playground refuses an empty one.
  const there = { id: conversation, tenantId, isGroup: false, name: '' };
  return {
    ...{ channelId: 'msteams', serviceUrl, bot: { id: bot, name: '' } },
    conversation: there as ConversationReference['conversation'],
  };
}

const activityOf = ({ card, summary }: Message) => ({
  type: 'message',
  summary,
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
});

type Connector = {
  conversations: {
    getConversationMember(conversation: string, member: string): Promise<unknown>;
    getConversationPagedMembers(
      conversation: string,
      options: object,
    ): Promise<{ members?: unknown[]; continuationToken?: string }>;
  };
};
const connectorIn = (context: TurnContext, key: symbol): Connector => context.turnState.get(key);
