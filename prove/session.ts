/**
 * One connection between the program and the server, read as it passes. It knows when something is
 * about to be committed and when it has been, and asks `gate` at both moments. Pure: bytes in, bytes
 * out, so that it is tested without a socket.
 *
 * A statement outside a transaction commits when the server reads Sync. So Sync is kept back, the
 * server is asked to answer without it (Flush), and only then it is known whether there is anything
 * to commit. Answers that tell the program of a result wait until the commit has taken place.
 */
import {
  createFramer,
  flushMessage,
  type Message,
  openingOf,
  readBind,
  readExecute,
  readParse,
  readQuery,
  readStatus,
  readTag,
} from './protocol.ts';
import {
  type Commit,
  commitOf,
  hasWritten,
  isCommit,
  mayWrite,
  nameOf,
  type Statement,
} from './statement.ts';

/** `before`: the request has arrived and was not passed on. `after`: committed, and nobody was told. */
export type Moment = 'before' | 'after';

export type Line = {
  toServer(bytes: Buffer): void;
  toClient(bytes: Buffer): void;
  /** @returns false to let nothing pass any more */
  gate(commit: Commit, moment: Moment): boolean;
};

/** What the client sent up to a Sync or as one Query, and what was answered so far. */
type Group = {
  statements: Statement[];
  bytes: Buffer[];
  tags: string[];
  answered: number;
  failed: boolean;
  /** The client itself asked for results before its Sync. */
  flushed: boolean;
  /** The Sync that is kept back. */
  withheld?: Buffer;
  /** Answers that are kept back. */
  kept: Buffer[];
};

const emptyGroup = (): Group => ({
  statements: [],
  bytes: [],
  tags: [],
  answered: 0,
  failed: false,
  flushed: false,
  kept: [],
});

const asynchronous = ['A', 'N', 'S'];
const copying = ['d', 'c', 'f'];

/** Feed it what arrives from both sides. */
export function createSession(line: Line) {
  const clientFramer = createFramer('client');
  const serverFramer = createFramer('server');
  const texts = new Map<string, string>();
  const portals = new Map<string, Statement>();
  const queue: Message[] = [];
  let isOpen = false;
  let isDead = false;
  let status: 'I' | 'T' | 'E' = 'I';
  /** What the open transaction has written so far. */
  let written: string[] = [];
  let current = emptyGroup();
  let busy: Group | undefined;

  const ask = (names: string[], moment: Moment): boolean => {
    isDead ||= !line.gate(commitOf(names), moment);
    return !isDead;
  };
  const writesOf = ({ statements, tags }: Group): string[] => {
    // The tags of one Query with several statements are all of its one text.
    const pairs = tags.map((tag, index) => ({
      tag,
      statement: statements[index] ?? statements[0],
    }));
    return pairs.flatMap(({ tag, statement }) =>
      statement && hasWritten(statement.text, tag) ? [nameOf(statement)] : [],
    );
  };

  /** The client waits for everything that it has sent: passes it on, unless it commits and the gate is shut. */
  const release = (terminal: Message): void => {
    const group = current;
    current = emptyGroup();
    busy = group;
    const isQuery = terminal.type === 'Q';
    if (isQuery) group.statements.push({ text: readQuery(terminal), values: [] });
    const texts = group.statements.map((statement) => statement.text);
    const writers = group.statements.filter((statement) => mayWrite(statement.text));
    if (
      status === 'I' &&
      !isQuery &&
      !group.flushed &&
      writers.length > 0 &&
      !texts.some(isCommit)
    ) {
      group.withheld = terminal.bytes;
      line.toServer(Buffer.concat([...group.bytes, flushMessage]));
      return;
    }
    const pending = status === 'I' ? writers.map(nameOf) : written;
    const commits = status === 'I' ? isQuery : status === 'T' && texts.some(isCommit);
    if (commits && pending.length > 0 && !ask(pending, 'before')) return;
    line.toServer(Buffer.concat([...group.bytes, terminal.bytes]));
  };

  const pump = (): void => {
    while (!isDead) {
      const [message] = queue;
      if (!message || (busy && !copying.includes(message.type))) return;
      queue.shift();
      current.bytes.push(message.bytes);
      switch (message.type) {
        case 'P': {
          const { name, text } = readParse(message);
          texts.set(name, text);
          break;
        }
        case 'B': {
          const { portal, name, values } = readBind(message);
          portals.set(portal, { text: texts.get(name) ?? '', values });
          break;
        }
        case 'E': {
          const statement = portals.get(readExecute(message));
          current.statements.push(statement ?? { text: '', values: [] });
          break;
        }
        case 'D':
        case 'C':
          break;
        case 'S':
        case 'Q':
          current.bytes.pop();
          release(message);
          break;
        default:
          // Flush, COPY data and the end of the connection: nothing of it commits.
          current.flushed ||= message.type === 'H' && current.statements.length > 0;
          line.toServer(Buffer.concat(current.bytes.splice(0)));
      }
    }
  };

  /** Everything was answered but Sync: now it is known whether there is something to commit. */
  const decide = (group: Group): void => {
    const isWhole = group.failed || group.answered >= group.statements.length;
    if (!group.withheld || !isWhole) return;
    const names = group.failed ? [] : writesOf(group);
    if (names.length > 0 && !ask(names, 'before')) return;
    line.toServer(group.withheld);
    delete group.withheld;
  };

  const finish = (group: Group, message: Message): void => {
    const next = readStatus(message);
    const names = group.failed ? [] : writesOf(group);
    const committed = status === 'I' ? names : group.tags.includes('COMMIT') ? written : [];
    written = next === 'I' ? [] : [...written, ...names];
    const isCommitted = next === 'I' && committed.length > 0;
    status = next;
    if (isCommitted && !ask(committed, 'after')) return;
    line.toClient(Buffer.concat([...group.kept, message.bytes]));
    busy = undefined;
    pump();
  };

  const answer = (message: Message): void => {
    const group = busy ?? current;
    if (message.type === 'C') group.tags.push(readTag(message));
    if (message.type === 'E') group.failed = true;
    if (['C', 'I', 's', 'E'].includes(message.type)) group.answered += 1;
    if (message.type === 'Z') {
      finish(group, message);
      return;
    }
    const isKept = !asynchronous.includes(message.type) && !group.flushed;
    if (isKept && (message.type === 'C' || group.kept.length > 0)) group.kept.push(message.bytes);
    else line.toClient(message.bytes);
    decide(group);
  };

  return {
    fromClient(chunk: Buffer): void {
      for (const message of clientFramer(chunk)) {
        if (isDead) return;
        if (isOpen) queue.push(message);
        else if (message.type === '' && ['ssl', 'gss'].includes(openingOf(message)))
          line.toClient(Buffer.from('N'));
        else line.toServer(message.bytes);
      }
      pump();
    },
    fromServer(chunk: Buffer): void {
      for (const message of serverFramer(chunk)) {
        if (isDead) return;
        if (isOpen) {
          answer(message);
          continue;
        }
        // Before the first ReadyForQuery it is about who they are.
        line.toClient(message.bytes);
        isOpen = message.type === 'Z';
      }
    },
  };
}
