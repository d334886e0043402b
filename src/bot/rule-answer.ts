/** "Show the policies", "list my standing approvals": what is asked about, and what is allowed ahead. Pure. */
import type { Policy, PolicyDecision } from '../db/policy.ts';
import type { StandingApproval } from '../db/standing-approval.ts';
import { type PolicyView, policyTable } from '../engine/policy.ts';
import { type StandingState, standingState } from '../engine/standing-approval.ts';
import { text } from './answer.ts';
import type { CardDraft } from './card.ts';
import { listCard } from './list-card.ts';

const decisionWords: Record<PolicyDecision, string> = {
  auto: 'without asking',
  ask: 'asks first',
  deny: 'not allowed',
};
const effectWords: Record<PolicyView['effect'], string> = {
  read: 'Reading',
  write: 'Writing records',
  structural: 'Creating and changing tables',
  send: 'Sending messages',
  delete: 'Deleting',
  external: 'Calling other systems',
};

export function policiesAnswer(rows: Policy[]): CardDraft {
  return listCard('What I ask about', policyTable(rows).map(policyLine));
}

function policyLine(view: PolicyView): string {
  const { effect, tool, decision, approvers, needed, selfApproval, own } = view;
  const what = own && tool !== '*' ? `${effectWords[effect]} with ${tool}` : effectWords[effect];
  const details = [
    ...(needed > 1 ? [`${needed} have to agree`] : []),
    ...(approvers.length > 0 ? [`asked: ${approvers.join(', ')}`] : []),
    ...(selfApproval ? [] : ['not by whoever wanted it']),
  ];
  const more = decision === 'ask' && details.length > 0 ? ` (${details.join('; ')})` : '';
  return `${what}: ${decisionWords[decision]}${more}`;
}

const endWords: Record<Exclude<StandingState, 'usable'>, string> = {
  used_up: 'used up',
  expired: 'expired',
  revoked: 'revoked',
};

type When = { now: Date; locale: string; timezone: string };

export function standingApprovalsAnswer(rows: StandingApproval[], when: When): CardDraft {
  if (rows.length === 0)
    return text('There are no standing approvals: I ask each time that the policy says so.');
  const date = new Intl.DateTimeFormat(when.locale, {
    dateStyle: 'medium',
    timeZone: when.timezone,
  });
  const lines = rows.slice(0, 20).map((standing) => {
    const { id, tool, recipients, uses, maxUses, expiresAt, grantedBy } = standing;
    const state = standingState(standing, when.now);
    const to = recipients.length > 0 ? ` to ${recipients.join(', ')}` : '';
    const bounds = `${uses} of ${maxUses} used, until ${date.format(expiresAt)}`;
    const end = state === 'usable' ? '' : `, ${endWords[state]}`;
    return `${tool}${to}: ${bounds}${end}. Given by ${grantedBy} (${id})`;
  });
  const more = rows.length > lines.length ? { note: `and ${rows.length - lines.length} more` } : {};
  return { ...listCard('Standing approvals', lines), ...more };
}
