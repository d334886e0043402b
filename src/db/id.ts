/** Ids that say what they name: `tsk_…`, `stp_…`. Lower case, safe in addresses, buttons and SQL names. */
import { randomBytes } from 'node:crypto';

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
  check: 'chk',
  card: 'crd',
  action: 'act',
  app: 'app',
  process: 'prc',
} as const;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new random id: 100 bits in 20 characters behind the prefix. */
export function newId(kind: keyof typeof prefixes): string {
  let text = '';
  for (const byte of randomBytes(20)) text += alphabet[byte & 31];
  return `${prefixes[kind]}_${text}`;
}
