/**
 * How people steer tasks and ask for apps in English, as data; another language is another such file. In a
 * phrase, `(a|b)` is a choice, `[a]` may be left out, `<task>` is a task however it is named ("my CRM task",
 * "the task for billing", "task 2", "it"), and `<own>` is one named by "my" alone ("my CRM"). Phrases are
 * whole messages.
 */
import type { IntentKind } from './intent.ts';

export const phrases: [kind: IntentKind, ...phrases: string[]][] = [
  [
    'start_over',
    'start over',
    'start again [from scratch]',
    '(restart|redo) <task>',
    '(cancel|stop|drop|scrap) [everything] [and|,] [then] (start over|restart|begin again|start again)',
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
    '(stop|quit) (talking|doing that|doing this|what you are doing|working|it all)',
    'i (need|want) you to stop [talking|it|that|this|working]',
    '(cancel|stop|abort|drop|scrap|discard|kill|end) <task>',
    '(cancel|abort|stop) <own>',
    '(cancel|abort|stop|drop|scrap|discard) (the|that) <words> one',
    '(stop|abort|cancel) (the current|this) (process|run|one)',
    '(no|nope|nah|no thanks|no thank you)',
    'never mind',
    'nevermind',
    'forget (it|about it|that)',
    "(don't|do not) do (it|that|this)",
    "i (don't|do not) want (it|this|that) [anymore|any more]",
    'command cancel',
    'cancel (the|this|that) (plan|request)',
    '(forget|disregard|ignore|scratch|scrap|cancel|nix|drop) (it|that|this|the last one|what i said|what i just said|what i asked for|what i just asked for|my last request|my last command|my last message|the last request|the last command|my request)',
    'never mind (that|about that|about it|it|what i said|the last request)',
    '(abort mission|stand down|call it off|call that off|enough|stop right there|stop everything|cease)',
    'call off <task>',
    '(that is|that will be) enough',
    '(you can|can you|could you) stop [now|it|that]',
    'stop (please|now|what you are doing)',
    "(do not|don't) bother",
    'i (changed|have changed) my mind',
    'i take (it|that) back',
  ],
  [
    'complete',
    '(done|finished|all done)',
    '(mark|set) <task> (as|to|to be) (done|complete|completed|finished)',
    '(mark|set) <task> (done|complete|completed|finished)',
    '(tick|check|cross) <task> off',
    '(tick|check|cross) off <task>',
    '(complete|finish) <task>',
    'i (did|finished|completed|have done|have finished|have completed|am done with|am finished with) <task>',
  ],
  [
    'pause',
    '(pause|hold|wait|suspend)',
    '(pause|hold|suspend|freeze|halt) <task>',
    '(pause|suspend) <own>',
    '(pause|hold|suspend) (the|that) <words> one',
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
    '(resume|continue|unpause|carry on with) (the|that) <words> one',
  ],
  [
    'retry',
    '(retry|again)',
    'try (again|it again|that again|once more|one more time)',
    'retry (it|that|this|the step|this step|that step|step #)',
    '(run|do) (it|that) again',
    'retry <task>',
  ],
  [
    'add_budget',
    '[please] (add|give it|allow) [some] more (budget|money|tokens|messages|time)',
    '(add to|raise|increase|extend) (the|its) (budget|limit)',
    '(add to|raise|increase|extend) the (budget|limit) (of|for) <task>',
  ],
  [
    'finish_cheaper',
    '(finish|continue|go on|do it) cheaper',
    'finish <task> cheaper',
    'finish cheaper with <task>',
    'finish it [cheaper] within (the|its) budget',
  ],
  [
    'stop_and_deliver',
    'stop [here] and deliver [what is (done|there|finished)]',
    'deliver what is (done|there|finished) [so far]',
    'stop and deliver <task>',
    'stop <task> and deliver [what is (done|there|finished)]',
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
    '(where are we|where we are|where do we stand|where we stand|how are we) [doing] (with|on) (<task>|<own>)',
    '(what is happening|what is going on) with (<task>|<own>)',
    '(what is happening|what is going on|how far are you|how is everything going) [right now|at the moment|currently]',
    '[is there] any (news|progress|updates) [yet]',
    '[is there] (an|any) [new] (update|updates|news|progress) (on|about|with|for|regarding) (<task>|<own>)',
    '[give me|show me|get me] [an|a] [status] update (on|about|for|regarding) (<task>|<own>)',
    '(where is|track|locate) my (order|purchase|package|delivery|shipment)',
    '(when|how soon) (can|should) i expect (my|the) <words>',
    'how (long|much longer) (until|till|before) <own> (is here|arrives|comes|gets here|is done|is ready|is finished|is processed|is approved|is reviewed)',
    'how long will [it take for] <own> [to] (take|arrive|be done|be processed|be approved|be reviewed|be ready)',
    'did <own> (go through|get approved|get processed|arrive|ship|get done|get finished) [yet]',
    '(was|were|am|have) i [been] (approved|accepted) for <words>',
    '(what is|what are) the (update|updates) (on|for) (<task>|<own>)',
    "[pull up|show me|check] <own>('s|) [current|present] (status|progress)",
    '(check on|check|look up|pull up) [the] [current] (status|progress) of <own>',
    '(check|see|tell me|let me know) (if|whether) <own> (has been|was|is) (approved|reviewed|processed|finished|completed|done|ready) [yet]',
    'has <own> [successfully] gone through [yet]',
    'has <own> (been delivered|arrived|shipped|been shipped) [yet]',
    'at what point will [the] [review of] <own> be (done|ready|finished|complete|completed|reviewed)',
    '(is|was) my (order|purchase|package|delivery) (here|there|brought here|delivered|at the delivery address) [yet]',
    '(when|where) is my (order|purchase|package|delivery) [coming|arriving|now]',
    'when will (the|my) (order|purchase|package|delivery) (arrive|come|get here|be here|be delivered)',
    'when will (the|my) <words> i ordered [online] (arrive|come|get here|be here|be delivered)',
    'i ordered <words> [so] when will (it|they) (arrive|come|get here|be here|be delivered)',
    'how (is|are) <task> (going|doing|coming along|looking|progressing)',
    'how (is|are) <own> (going|doing|coming along|looking|progressing)',
    'how is the <words> (going|coming along|progressing)',
    'how is (the|that) <words> one (doing|looking)',
    'how is <own> task',
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
    '(what|who) are you waiting (for|on) [now|right now]',
    '(what|who) (is|are) <task> waiting (for|on) [now|right now]',
    'why (is|are) <task> (waiting|stuck|stopped|blocked|not moving|not going on|still waiting|still running|taking so long)',
    'what is (blocking|stopping|holding up|holding back) <task>',
    'who (has to|must|needs to|should|is to|can) (approve|decide) <task>',
    'who has not (approved|decided) <task> [yet]',
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
    '[tell|read|show|list|give|recite|repeat] [me] [all] [of] my [current|open] reminders [for today|for this week]',
    '(do i have|are there|have i got|have i) any [other] (reminders|tasks|todos|to-dos) [set|for today|today|coming up|left]',
    '(what|which) (reminders|tasks|todos|to-dos|chores|items|things) (do i have|are there|have i|have i got|did i set|are left|are) [set|to do|on my list|on my todo list|on my to do list|for today|today|coming up|left]',
    'what is [left|next|first|else|all|currently] on (my|the) [todo|to do|to-do|task|reminder] list [for today|today]',
    'what is on my list of (things|stuff|tasks) to do',
    '(what|which) (items|things|tasks|chores) are [still|left] on (my|the) [todo|to do|to-do|task|reminder] list',
    '[is] [there] anything [left|else|still] on (my|the) [todo|to do|to-do|task|reminder] list',
    '(open|check|pull up|bring up|go over|display|look at|go through|see) my [todo|to do|to-do|task|reminder] list [for me]',
    'how many (things|items|tasks|reminders|chores) (are|do i have) [left] [on|in] [my|the] [todo|to do|to-do|task|reminder] [list]',
    'does my [todo|to do|to-do|task|reminder] list (have|include|contain|say) <words>',
    '(is|was) there (something|anything) [that] i (need|needed|have|had|want|wanted|was supposed) to (remember|do|recall|be reminded of)',
    'what (was|am) i supposed to (do|remember|be doing) [today|next]',
    'what (did|do) i (need|want|ask) (to be reminded|to be reminded about|to be reminded of|to remember|you to remind me of|you to remind me about)',
    'remind me what i (need|have|had|wanted|was supposed) to (do|remember)',
    '(what|what all) do i (have|need) to (do|get done|finish|remember) [today|now|next|this week]',
    'what is on my (agenda|plate|schedule) [today|for today|this week]',
    '(is|are) <words> on (my|the) (todo|to do|to-do|task|reminder) list',
    '(did|have) i (put|add|added) <words> (on|to) (my|the) (todo|to do|to-do|task|reminder) list',
    'is there anything on (my|the) (todo|to do|to-do|task|reminder) list (for|about) <words>',
    'what is on (my|the) (todo|to do|to-do|task|reminder) list[,] [read back|read it back]',
    '(what|what things) (is|was|are|were) (it|the things|those things|that|the thing) [that] i wanted to (remember|recall|keep in mind|bear in mind|do)',
    '(what|what things) did i (want to remember|not want to forget|want to do)',
    '(recall|list|read|show me) the things [that] i wanted to (remember|recall|keep in mind|do)',
    'what is my plan for (the day|today|this week)',
    'what does my [running] list of (stuff|things) to do (list|say|have)',
    '[show|list|see|display|give|tell] [me] (all my|all of my|all the) (stuff|things|jobs|work)',
    'my (tasks|todos|task list|to-do list|todo list|to do list|reminders|reminder list)',
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
    'cost',
    '(what|how much) (did|does|has) (this|it|that|<task>) (cost|spend|spent) [so far]',
    '(what|how much) has (this|it|that|<task>) cost [so far|me|us]',
    '(what|how much) money has <task> (cost|spent|used) [so far]',
    '[what is] the cost of <task>',
    'how many tokens (did|has) (this|it|that|<task>) (use|used|take|taken|spent) [so far]',
  ],
  [
    'costs',
    '(what|how much) (did|have|do) (we|i) (spend|spent) [money] [on tasks] [so far] [today|yesterday|this week|last week|this month|last month]',
    '[show|what are] [me] (our|the|my) (costs|spending) [of|for] [today|yesterday|this week|last week|this month|last month]',
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
    '(hi|hello|hey|hiya|howdy|hallo|hola|bonjour|ciao|moin|good morning|good afternoon|good evening|good day) [there|bot|factotum|all|everyone|everybody|team|you]',
  ],
  [
    'agents',
    '[show|list|see|display|view|tell] [me] [all] [of] [my|the|our] (agents|bots)',
    '(what|which) (agents|bots) (do i have|do we have|are there)',
    'what can (the|my|our) [agent|bot] <words> do',
    '(what does|what is) (the|my|our) (agent|bot) <words> (do|for|good for)',
    '(show|describe) [me] (the|my|our) (agent|bot) <words>',
  ],
  [
    'thanks',
    '(thanks|thank you|thx|cheers|ty|great thanks|ok thanks|perfect thanks)',
    '(thanks|thank you|many thanks) [so much|very much|a lot|a bunch|a million|a ton|again|all|everyone|factotum]',
    '(thanks|thank you) for (your help|that|the help|everything)',
  ],
  [
    'thread',
    '(turn|make|convert) (this|the|that|our) (thread|conversation|discussion|chat|channel) into [a] [list of] (tasks|action items|todos|to-dos|a to-do list|tickets)',
    '(turn|make|convert) (this|it|all of this|all this|the above|everything above) into (tasks|action items|todos|to-dos)',
    '(find|list|show|get|give|collect|extract|pull|pull out|gather|make|create|file|track) [me] [us] [all] [of] [the] (tasks|action items|todos|to-dos|follow-ups|next steps) (in|of|from|out of|for) (this|the|that|our) (thread|conversation|discussion|chat)',
    '(what are|what were) [all] [of] [the] (tasks|action items|todos|to-dos|next steps) (in|of|from) (this|the|that|our) (thread|conversation|discussion|chat)',
    '(who|which of us) (does|has to do|is to do|is doing) what [here|in this thread|in this conversation]',
    '(find|list|extract) [the] action items [here|above]',
    '(read|go through) (this|the|that) (thread|conversation|discussion) [and|,] [then] (find|list|make|create|extract|track) [the] (tasks|action items|todos|to-dos)',
  ],
  [
    'track',
    'remind me to <words>',
    'remind me (in|on|at|by|about|of|that|tomorrow|tonight|next|every|later) <words>',
    '(create|set|set up|make|add) (a|me a|up a) reminder [for|to|about|that] <words>',
    '(create|set|make) a reminder',
    '(i need|can i have) a reminder (to|for) <words>',
    '(i need|i want|can i have) a reminder [set up]',
    'i (need|want) to (set|set up|create|make) (a|an) reminder [for myself]',
    'i (need|want) to (set|set up|create|make) a reminder (to|for|about) <words>',
    'i (need|want) to be reminded [of|about|to] [<words>]',
    "(don't|do not) let me forget (to|about) <words>",
    '<words> remind me to <words>',
    '(create|add|make|new) [a] [new] task',
    '(create|add|make) [a] [new] task [to|for|called|:] <words>',
  ],
];

/**
 * Questions that change nothing may be read more loosely: about the list, in whatever words, unless something is
 * to be put on it or taken off.
 */
export const askingForList = {
  about:
    /\b(?:my|the|our) (?:todo|to-do|to do|task|reminder|chore)s?(?:'s)? list\b|\bmy (?:reminders|todos|to-dos)\b/,
  begins:
    /^(?:what|which|is|are|was|were|do|does|did|have|has|how many|how much|anything|any|tell|show|read|list|give|say|see|check|open|display|review|recite|repeat|pull up|bring up|go over|go through|look (?:at|up)|run through|walk me through)\b/,
  unless:
    /^(?:do not|don't)|\b(?:delete|erase|clear|remove|cross|put (?:that|this)|take|wipe|empty|reset|share|send|e-?mail|print)\b/,
};

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
  /^(?:(?:hey|hi|hello|so|well|um|oh|please|pls|kindly|factotum|bot|ai|now|just|i said|i repeat|can you|could you|would you|will you|i want you to|i want to|i need you to|i would like you to|i'd like to|let's|you can|i (?:need|want|would like|wanna) to (?:know|hear|see|check|find out)|i'd like to (?:know|hear|see|check|find out)|do you know|please tell me|tell me|i was wondering|i wonder|go ahead and|and)[,!.]?\s+)+/;
export const after =
  /(?:[,\s]+(?:please|pls|thanks|thank you|now|right now|for me|for now|immediately|ok|okay|today|already|then))+$/;

/** The words before a name that are no part of it. */
export const articles = /^(?:my|the|our)\s+/;

/** A task however it is named; the groups hold its name or its number in the list. */
export const taskWords =
  '(?:(?:all |all of )?(?:(?:the |my |our |this |that )?tasks?(?: (?:(?:number |no\\.? |\\#)?(\\d{1,3})|(?:named|called|for|about|with the name|on) ([^,]{1,80})))?|(?:the |my |our |this |that )?(?!(?:the|my|our|this|that|all) tasks?$)([^,]{1,80}?) tasks?)|(?:the )?(first|second|third|fourth|fifth|last) (?:one|task)|(?:number |\\#)(\\d{1,3})|it|this|that|everything|them)';
export const ownWords = '(?:my|our) ([^,]{1,40}?)';

/** "Rmeind me to …": with what follows it means nothing else. */
export const slipOfRemind =
  /\b(?:rmeind|remnd|remid|reming|remnid|reimnd|remmind|reminde|renind|remidn)(?= me\b)/i;

/** Other ways to write the same: contractions become what the phrases are written in. */
export const spellings: [pattern: RegExp, spelling: string][] = [
  [/\b(?:u|ya|yu)\b/g, 'you'],
  [/\bur\b/g, 'your'],
  [/\b(?:nvm|nvmd)\b/g, 'never mind'],
  [/\b(?:wot|wat|wut|waht|whta)\b/g, 'what'],
  [/\b(?:plz|pls|plse|pleas|plese|pleaes)\b/g, 'please'],
  [/\b(?:thx|thnx|tnx|thanx|thanxs|thks|tanks)\b/g, 'thanks'],
  [/\b(?:cancle|cansel|cancell|canel|cnacel)\b/g, 'cancel'],
  [/\b(?:contine|coninue|contniue|continu|contiue)\b/g, 'continue'],
  [/\b(?:puase|pasue|pauze)\b/g, 'pause'],
  [/\b(?:statsu|sttaus|staus|stauts)\b/g, 'status'],
  [/\b(?:taks|tsak|tasl)\b/g, 'task'],
  [new RegExp(slipOfRemind.source, 'g'), 'remind'],
  [/\b(?:dont)\b/g, "don't"],
  [/\b(what|how|where|who|that|it|when)'?s\b(?=\s)/g, '$1 is'],
  [/\bthat is right\b/g, "that's right"],
];

/** Agrees when it is the whole message, and only carries on otherwise. */
export const aloneAgreeing = /^(?:great|fine|good)$/;

/** What apps are called; with a verb of making, or a purpose behind it, it is a wish for one. */
const appWords =
  'app|apps|application|applications|system|crm|erp|dashboard|tracker|database|inventory|helpdesk|help desk|tool|portal|platform|catalog|catalogue|directory|planner|scheduler|register|registry|booking system|website|web site|site|software|schema|program|cms|ats|lms|log book|logbook|calendar|management|manager|board|list|form|to-do list|marketplace';

/** Asking for something to be made. */
export const making =
  /^(?:create|build|make|design|develop|generate|set up|setup|implement|put together|spin up|prepare|give)\b\s+(?:me |us )?(.+)$/s;
export const wanting =
  /^(?:i|we)(?:'d| would)? (?:need|want|like|am looking for|are looking for)(?: to (?:have|build|create|make|get|set up|track|manage|keep track of|organi[sz]e))?\s+(.+)$/s;
export const keeping =
  /^(?:track|keep track of|keep records? of|manage|organi[sz]e|catalog(?:ue)?)\s+\S+/;
/** The word for an app, anywhere. */
export const app = new RegExp(`\\b(?:${appWords})s?\\b`);
/** "CRM for a cellphone store with …": an app, named and described. */
export const named = new RegExp(
  `^(?:(?:a|an|my|our|the) )?(?:[\\p{L}'&-]+ ){0,4}?(?:${appWords})s?(?:\\s*[:.]|\\s+(?:for|with|showing|that|to|where|which|including|displaying)\\s)`,
  'u',
);

/** The name of an app and nothing else: too vague to build, but a wish all the same. */
export const bareApp =
  /^(?:(?:an?|the|my|our|new)\s+)?(?:app|application|crm|erp|dashboard|tracker|inventory|help ?desk|database|portal|planner|scheduler|(?:[a-z-]+ ){1,2}(?:app|dashboard|tracker|crm|system|portal|database))$/;

/** Asking for a task to be kept, and not which. */
export const bareTask =
  /^(?:please )?(?:(?:i (?:need|want)|can i have|create|add|make|new|set(?: up)?|i need to set up|i need to be) )*(?:a |an )?(?:new )?(?:reminder|task|to-?do|reminded)(?: set up| for myself)?$/i;

/** The words around what is to be kept: "create a reminder to …", "don't let me forget about …". */
export const keepingLead =
  /^(?:please )?(?:(?:(?:i (?:need|want)|can i have|create|add|make|new|set|set up|i (?:need|want) to (?:set|set up|create|make)) )?(?:a |an |me a |up a )?(?:new )?(?:reminder|task|to-?do)(?: (?:to|for|about|that|called)|:) |(?:do not|don't) let me forget (?:to|about|that) |i (?:need|want) to be reminded (?:to|of|about|that) )/i;

const changing = '^(?:please )?(?:make|set|change|move|push|shift|postpone) (?:the |its )?';
const ofTask = '(?:of|for|on) (?<task>.{1,80})';
/** Changes of a task that people carry out: which field, and its whole message with the task and the new value. */
export const alterations: [field: 'due' | 'priority' | 'assignee', pattern: RegExp][] = [
  [
    'due',
    new RegExp(
      `${changing}(?:due date|due day|deadline) ${ofTask} (?:to|till|until|back to) (?<value>.{2,40})$`,
      'i',
    ),
  ],
  [
    'due',
    new RegExp(
      `${changing}(?:due date|due day|deadline) (?:(?:to|for|till|until|back to|on) )?(?<value>.{2,40})$`,
      'i',
    ),
  ],
  [
    'priority',
    new RegExp(
      `${changing}priority (?:${ofTask} to |to )?(?<value>critical|urgent|high|medium|normal|low)$`,
      'i',
    ),
  ],
  [
    'priority',
    /^(?:please )?make (?<task>it|this|that|.{1,80}? task) (?:a )?(?<value>critical|urgent|(?:high|medium|normal|low)(?: priority)?)$/i,
  ],
  [
    'assignee',
    /^(?:please )?(?:assign|asign|assgin|asssign|asisgn|hand|give) (?<task>it|this|that|.{1,80}? task)(?: over)? to (?<value>@?\p{L}[\p{L}\d.'_-]{1,40}(?: \p{Lu}[\p{L}'-]{1,30})?)$/iu,
  ],
];
