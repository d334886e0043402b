/**
 * What the rest asks of the SDK: that an activity is proven to come from Teams before it is heard, and that ours
 * go out. `sdk.ts` carries it out; another SDK is another such file, held to test/support/teams-wire.ts.
 */
import type { Request, Response } from 'express';
import type { AdaptiveCard } from './element.ts';

/** Where something can be sent: our own row (`db/conversation.ts`), never an object of the SDK. */
export type Where = {
  serviceUrl: string;
  /** A chat, or a thread of a channel: `19:…@thread.tacv2;messageid=…`. */
  conversation: string;
  tenantId: string;
  /** What Teams calls the bot there: `28:…`. */
  bot: string;
};

export type Message = {
  card: AdaptiveCard;
  /** What a notice shows. Plain. */
  summary: string;
};

/** What an invoke is answered with; other activities are answered with the status alone. */
export type Answer = { status: number; body?: object };

/** Somebody in a conversation, as its roster has them. */
export type Member = {
  /** What Teams calls them towards this bot: `29:…`. */
  mri: string;
  /** The Entra object id, in lower case. */
  personId: string;
  name: string | undefined;
  /** In lower case. */
  email: string | undefined;
  /** Of another company. */
  isGuest: boolean;
};

export type Wire = {
  /**
   * Answers a request whose body is parsed: 401 unless it is proven to come from Teams.
   * @param hear gets the activity; what it throws is answered with 500
   */
  take(
    request: Request,
    response: Response,
    hear: (activity: unknown) => Promise<Answer>,
  ): Promise<void>;
  /** @returns the id of the new activity @throws WireError */
  send(where: Where, message: Message): Promise<string>;
  /** @throws WireError */
  update(where: Where, id: string, message: Message): Promise<void>;
  /** The personal chat with somebody, opened where it was not. @throws WireError */
  open(where: Omit<Where, 'conversation'>, person: string): Promise<string>;
  /** Somebody by object id or `29:…`. @throws WireError, with 404 where they are not there */
  member(where: Where, person: string): Promise<Member | undefined>;
  /** A page of the roster. @throws WireError */
  members(where: Where, cursor?: string): Promise<{ members: Member[]; next: string | undefined }>;
};

/** A request that Teams did not take, or whose answer did not come. */
export class WireError extends Error {
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** The platform's own word for it. */
  readonly code: string | undefined;
  /** When it may be tried again, in milliseconds from now, where Teams says so. */
  readonly retryMs: number | undefined;
  /** Nothing was sent: there was no connection. */
  readonly isUnsent: boolean;

  constructor(
    message: string,
    about: {
      status?: number | undefined;
      code?: string | undefined;
      retryMs?: number | undefined;
      isUnsent?: boolean;
      cause?: unknown;
    },
  ) {
    super(message, { cause: about.cause });
    this.status = about.status;
    this.code = about.code;
    this.retryMs = about.retryMs;
    this.isUnsent = about.isUnsent ?? false;
  }
}
