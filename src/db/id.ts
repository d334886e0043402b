/** Ids that say what they name: `tsk_…`, `stp_…`. Lower case, safe in addresses, buttons and SQL names. */
import { createHash, randomBytes } from 'node:crypto';

const prefixes = {
  workspace: 'wsp',
  message: 'msg',
  task: 'tsk',
  plan: 'pln',
  run: 'run',
  step: 'stp',
  call: 'cal',
  approval: 'apr',
  decision: 'dec',
  standingApproval: 'sta',
  estimate: 'est',
  undo: 'und',
  artifact: 'art',
  check: 'chk',
  card: 'crd',
  action: 'act',
  agent: 'agt',
  app: 'app',
  process: 'prc',
  workflow: 'wfl',
  event: 'evt',
  eventWait: 'ewt',
  eventHandler: 'evh',
  memory: 'mem',
  reservation: 'rsv',
} as const;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

const bytesOfId = 20;
/** Random bytes for many ids at once: asking for those of one costs more than all else about it. */
let pool = Buffer.alloc(0);
let used = 0;

/** A new random id: 100 bits in 20 characters behind the prefix. */
export function newId(kind: keyof typeof prefixes): string {
  if (used >= pool.length) {
    pool = randomBytes(bytesOfId * 200);
    used = 0;
  }
  used += bytesOfId;
  return idOf(kind, pool.subarray(used - bytesOfId, used));
}

/** The same id for the same names: what a program calls its own thing, within its workspace. */
export function namedId(kind: keyof typeof prefixes, ...names: string[]): string {
  return idOf(
    kind,
    createHash('sha256').update(JSON.stringify(names)).digest().subarray(0, bytesOfId),
  );
}

function idOf(kind: keyof typeof prefixes, bytes: Buffer): string {
  let text = '';
  for (const byte of bytes) text += alphabet[byte & 31];
  return `${prefixes[kind]}_${text}`;
}
