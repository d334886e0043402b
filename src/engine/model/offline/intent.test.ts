import { describe, expect, it } from 'vitest';
import { type IntentKind, readIntent } from './intent.ts';

describe('a steering message', () => {
  it.each<[string, IntentKind, string?]>([
    ["How's my CRM task going?", 'status', 'CRM'],
    ['Status of my CRM task', 'status', 'CRM'],
    ['status', 'status'],
    ['how much time is left on the billing task', 'status', 'billing'],
    ['Show logs for my CRM task', 'logs', 'CRM'],
    ['continue my CRM task', 'resume', 'CRM'],
    ['resume', 'resume'],
    ['Cancel my CRM task and start over', 'start_over', 'CRM'],
    ['start over', 'start_over'],
    ['cancel my CRM task', 'cancel', 'CRM'],
    ['please stop it', 'cancel'],
    ['no', 'cancel'],
    ['pause my task', 'pause'],
    ['put the import task on hold', 'pause', 'import'],
    ['Yes', 'accept'],
    ['ok go', 'accept'],
    ['looks good, do it', 'accept'],
    ['Go ahead 👍', 'accept'],
    ['Retry', 'retry'],
    ['try again please', 'retry'],
    ['skip step 3', 'skip'],
    ['undo', 'undo'],
    ['Undo my CRM task', 'undo', 'CRM'],
    ['please undo my CRM', 'undo', 'CRM'],
    ['take it back', 'undo'],
    ['revert it', 'undo'],
    ['Roll back the billing task', 'undo', 'billing'],
    ['can you undo what you did?', 'undo'],
    ['list my tasks', 'list'],
    ['Is “water the plants” on my to-do list?', 'list'],
    ['what was I supposed to do today?', 'list'],
    ['pause task 2', 'pause', '2'],
    ['cancel task #3', 'cancel', '3'],
    ['How is the second one going?', 'status', 'second'],
    ['Any news about my import task?', 'status', 'import'],
    ['Do you know where we are with the billing task?', 'status', 'billing'],
    ['call off the import task', 'cancel', 'import'],
    ['forget what I said', 'cancel'],
    ['I changed my mind', 'cancel'],
    ["Don't let me forget to water the plants", 'track'],
    ['remind me to call the bank', 'track'],
    ['How accurate are your estimates?', 'accuracy'],
    ['estimate accuracy', 'accuracy'],
    ['/tasks accuracy', 'accuracy'],
    ['Can I trust your ETAs?', 'accuracy'],
    ['show the policies', 'policies'],
    ['What needs approval?', 'policies'],
    ['list my standing approvals', 'standing_approvals'],
    ['Show me all standing approvals', 'standing_approvals'],
    ['what can you do?', 'help'],
    ['Thanks!', 'thanks'],
    ['Create a CRM for my cellphone store', 'new_task'],
    ['Make an app', 'new_task'],
    ['I need an app to track my expenses', 'new_task'],
    ['Track stuff', 'new_task'],
    ['Dashboard', 'new_task'],
    ['Sales dashboard', 'new_task'],
    ['CRM for cellphone store with customer tracking', 'new_task'],
    ['Can you build me a booking system for a salon?', 'new_task'],
  ])('"%s" is %s', (text, kind, reference) => {
    const intent = readIntent(text);
    expect(intent.kind).toBe(kind);
    expect(intent.reference).toBe(reference);
  });
});

describe('what only looks like steering', () => {
  it.each([
    'stop the deploy system app',
    'drop sales and add notes to customers',
    'yes but add notes to customers',
    'I would not cancel that order if I were you',
    'make a quarterly payment on my life insurance premium',
    'can you tell me the square root of pi',
    'hello',
    '',
    'continue reading chapter four',
    'the pause button is broken',
    'take the phone back to the customer',
    'undo the last change of the price list',
    'take milk off my to-do list',
    'forget the old prices, the new ones are in the sheet',
    'call off the dogs, the customer has paid',
    'is the price list on my website?',
  ])('"%s" is other', (text) => {
    expect(readIntent(text).kind).toBe('other');
  });
});
