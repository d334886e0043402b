/**
 * How people steer tasks, as data. In a phrase, `(a|b)` is a choice, `[a]` may be left
 * out, `<task>` is a task however it is named ("my CRM task", "the task for billing",
 * "it"), and `<own>` is one named by "my" alone ("my CRM"). Phrases are whole messages.
 */
import type { IntentKind } from './intent.ts';

export const phrases: [kind: IntentKind, ...phrases: string[]][] = [
  [
    'start_over',
    'start over',
    'start again [from scratch]',
    '(restart|redo) <task>',
    'restart',
    'begin again',
    '(cancel|stop|drop|scrap) <task> [and|,] [then] (start over|restart|begin again|start again)',
    '(cancel|stop|drop|scrap) <own> [and|,] [then] (start over|restart|begin again|start again)',
    '(start|begin) <task> (over|again|from scratch)',
  ],
  [
    'undo',
    '(undo|revert|reverse|rollback|roll back)',
    '(undo|revert|reverse|rollback|roll back) <task>',
    '(undo|revert|reverse|rollback|roll back) <own>',
    '(undo|revert|reverse|roll back) (all of it|all of this|the whole thing|the app)',
    '(undo|revert|reverse|roll back) what you (did|built|made)',
    '(take|roll) <task> back',
    'take back <task>',
    'take (all of it|the whole thing|the app) back',
    'put (it|everything|things) back [how it was|how they were|as it was|as they were|the way it was]',
  ],
  [
    'logs',
    '[show|see|open|get|give|view] [me] [the] (logs|log|history|details) [for|of|from|on] <task>',
    '[show|see|open|get|give|view] [me] [the] (logs|log) [for|of|from|on] <own>',
    '[show|see|open|get|give|view] [me] [the] (logs|log)',
    'what [has] happened (in|with|on|to) <task>',
  ],
  [
    'cancel',
    'cancel',
    '(stop|abort|quit|drop|scrap|rescind|eliminate|discard)',
    '(cancel|stop|abort|drop|scrap|discard|kill|end) <task>',
    '(cancel|abort|stop) <own>',
    '(stop|abort|cancel) (the current|this) (process|run|one)',
    '(no|nope|nah|no thanks|no thank you)',
    'never mind',
    'nevermind',
    'forget (it|about it|that)',
    "(don't|do not) do (it|that|this)",
    "i (don't|do not) want (it|this|that) [anymore|any more]",
    'command cancel',
    'cancel (the|this|that) (plan|request)',
  ],
  [
    'pause',
    '(pause|hold|wait|suspend)',
    '(pause|hold|suspend|freeze|halt) <task>',
    '(pause|suspend) <own>',
    'put <task> on hold',
    'put <own> on hold',
    'hold on',
    '(take a break|stop for now|not now)',
  ],
  [
    'resume',
    '(resume|continue|unpause|carry on|go on|keep going)',
    '(resume|continue|unpause|go on with|carry on with|pick up) <task>',
    '(resume|continue|unpause|carry on with) <own>',
  ],
  [
    'retry',
    '(retry|again)',
    'try (again|it again|that again|once more|one more time)',
    'retry (it|that|this|the step|this step|that step|step #)',
    '(run|do) (it|that) again',
    'retry <task>',
  ],
  ['skip_anyway', '(skip|leave) (it|that|this|the step) [out] anyway', 'skip anyway'],
  [
    'confirm',
    '[yes] it [did|has] (happen|happened)',
    '[yes] (it|that) is (fine|ok|okay) like (that|this)',
    '[yes] it was (sent|done|made)',
  ],
  [
    'approve',
    'approve',
    '(approve|approved|i approve)',
    'approve (it|this|that|the step|this step)',
    'approve <task>',
  ],
  [
    'reject',
    '(reject|rejected|decline|deny|i reject)',
    '(reject|decline|deny) (it|this|that|the step|this step)',
    '(reject|decline|deny) <task>',
  ],
  [
    'rehearse',
    '[do|make|try|run] [a] dry run [first]',
    '(rehearse|rehearsal)',
    '(rehearse|dry run|dry-run) (it|this|that|the plan) [first]',
    '(rehearse|dry run|dry-run) <task>',
    'what would happen',
    'show [me] what would happen',
  ],
  [
    'supervised',
    '[accept|run|do|start|do it|run it|start it|accept it] step by step',
    '[accept|run it|start it] supervised',
    'ask [me] before (each|every) step',
  ],
  [
    'skip',
    'skip',
    'skip (it|that|this|the step|this step|that step|step #|this one)',
    '(leave it out|go without it)',
  ],
  [
    'status',
    'status',
    'task',
    '[what is|show|give me|check|check on|tell me|get|pull up] [me] [the] [current|present] (status|progress) (of|on|for) <task>',
    '[what is|show|give me|check|tell me|get|track] [me] [the] [current|present] (status|progress) (of|on|for) <own> [looking like]',
    'what is [the] status',
    'how (is|are) <task> (going|doing|coming along|looking|progressing)',
    'how (is|are) <own> (going|doing|coming along|looking|progressing)',
    'how is it (going|coming along|looking)',
    'how (long|much time|much longer|much) [is|time is] left (on|for|in|of) <task>',
    '[how much] time [is] left (on|for|in|of) <task>',
    '[how much] time [is] left',
    'how far along (is|are) <task>',
    'how far along (is|are) <own>',
    'how far (is|are) <task>',
    'how far (is|are) <own>',
    '(is|are) <task> (done|ready|finished|complete|running|still running) [yet]',
    '(is|are) <own> (done|ready|finished|complete) [yet]',
    'has <task> (finished|completed|been completed|been finished) [yet]',
    'has <own> (finished|been completed|been approved|been reviewed|been processed) [yet]',
    'when will <task> be (done|ready|finished|complete|completed)',
    'when will <own> be (done|ready|finished|complete|completed|reviewed)',
    '(what is|tell me|show me) [the] (eta|progress)',
    'are we (done|there) [yet]',
    'what are you (doing|working on) [now|right now]',
    '<task> (status|progress)',
    '(check|let me know) (on|how|if) <own> (is going|is doing|is ready|is done)',
  ],
  [
    'policies',
    '[show|list|see|display|view|tell] [me] [all] [my|the|our] (policies|approval policies|approval rules)',
    '[show|list|see|display|view|tell] [me] (my|the|our) policy',
    'what (is|are) (my|the|our) (policy|policies)',
    'what needs [my|an] approval',
    'what do you ask [me] (for|about|before)',
  ],
  [
    'standing_approvals',
    '[show|list|see|display|view|tell] [me] [all] [of] [my|the|our] standing approvals',
    'which standing approvals (do i have|are there)',
    'what (have i|is|did i) (allowed|allow) ahead [of time]',
  ],
  [
    'list',
    '[show|list|see|display|view|read|give|tell] [me] [all] [of] [my|the|our] [open|running|current|active] (tasks|todos)',
    'what (tasks|todos) (do i have|are there|are open|are running)',
    'which tasks (do i have|are there|are open|are running)',
    '(what is|tell me what is|what do i have|is there anything|do i have anything|have i anything|can you tell me if there is anything) on (my|the) (todo|to do|to-do|task|reminder) list',
    '(tell|read|show|recite|repeat|give) [me] my (todo|to do|to-do|task|reminder) list [back to me|to me|back]',
    'read all my reminders',
    'my (tasks|todos|task list|to-do list|todo list)',
    'what do i (have|need) to do [today|now|next]',
    'what is [left|next] to do',
  ],
  [
    'accuracy',
    'accuracy',
    '(/tasks|tasks|task) accuracy',
    '[show|give|tell] [me] [the|your] (estimate|estimates|eta|time) accuracy',
    '[what is] [the] accuracy of (your|the) (estimates|etas|estimated times|time estimates)',
    'how (accurate|good|reliable|precise|exact|close) (are|were) (your|the|these) [time] (estimates|etas|eta)',
    'how (accurate|good|reliable|precise|exact) is (your|the) (eta|estimate|estimation)',
    'how (often|much) are (your|the) estimates (right|wrong|off)',
    'are (your|the) [time] (estimates|etas) (accurate|reliable|precise|right|any good)',
    'can i trust (your|the) [time] (estimates|etas|eta)',
  ],
  [
    'help',
    'help',
    'help me',
    '?',
    'what can (you|i) (do|say|ask) [here]',
    'how does (this|it) work',
    'how do (you|i) (work|use this|start)',
    '(commands|usage|examples)',
  ],
  [
    'thanks',
    '(thanks|thank you|thx|cheers|ty|great thanks|ok thanks|perfect thanks)',
    '(thanks|thank you) (so much|very much|a lot|a bunch)',
    '(thanks|thank you) for (your help|that|the help|everything)',
  ],
  [
    'new_task',
    'remind me to <words>',
    '(create|set|set up|make|add) (a|me a|up a) reminder [for|to|about|that] <words>',
    '(create|set|make) a reminder',
    '(i need|can i have) a reminder (to|for) <words>',
    '(create|add|make|new) [a] [new] task',
    '(create|add|make) [a] [new] task [to|for|called|:] <words>',
  ],
];

/** Words that agree; a message made of these alone accepts. */
export const agreeing =
  "yes|yep|yeah|yup|ok|okay|sure|of course|go|go ahead|go for it|do it|let's go|lets go|let's do it|accept|accepted|i accept|confirm|confirmed|proceed|start|start it|run it|ship it|build it|create it|make it|looks good|looks great|looks right|look good|lgtm|sounds good|sounds great|perfect|great|fine|good|please do|please|yes please|that works|works for me|all good|agreed|deal|do that|correct|that's right|that is right|exactly|absolutely|definitely|👍|✅|👌|🚀|to me|and|it|now|then|start now|with it|with that|the plan|this plan|that plan".split(
    '|',
  );

/** Of the words above, those that only carry on an agreement and do not make one. */
export const carrying = new Set(
  'please|and|it|now|then|to me|with it|with that|great|fine|good|the plan|this plan|that plan'.split(
    '|',
  ),
);

/** Politeness around a message. */
export const before =
  /^(?:(?:hey|hi|hello|so|well|um|oh|please|pls|kindly|factotum|bot|ai|now|just|i said|i repeat|can you|could you|would you|will you|i want you to|i want to|i need you to|i would like you to|i'd like to|let's|you can|and)[,!.]?\s+)+/;
export const after =
  /(?:[,\s]+(?:please|pls|thanks|thank you|now|right now|for me|for now|immediately|ok|okay|today|already|then))+$/;

/** What apps are called; with a verb of making, or a purpose behind it, it is a wish for one. */
export const appWords =
  'app|apps|application|applications|system|crm|erp|dashboard|tracker|database|inventory|helpdesk|help desk|tool|portal|platform|catalog|catalogue|directory|planner|scheduler|register|registry|booking system|website|web site|site|software|schema|program|cms|ats|lms|log book|logbook|calendar|management|manager|board|list|form|to-do list|marketplace';
