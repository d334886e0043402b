/** The words that make a sentence no task though they look like one, as data; another language is another such list. */

/** What looks like a cue and asks for nothing. */
export const nothing: RegExp[] = [
  /^(?:please |kindly )?(?:find|see)(?: the| my)? (?:attached|enclosed|below|above)\b/i,
  /\blet (?:me|us) know if (?:you (?:have|need|run into)|there (?:are|is)) (?:any )?(?:other |further |more )?(?:questions?|problems?|issues?|concerns?|anything|help)\b/i,
  /^(?:it|this|that|they|these|the deadline)(?: is|'s| are| will be) (?:due|needed)\b/i,
  /^(?:thanks|thank you|thx|cheers|sorry|congratulations|welcome|good (?:morning|luck|work|job)|nice|great|see you|talk (?:to you )?(?:soon|later)|have a (?:nice|good|great))\b/i,
  /^(?:let me (?:be clear|explain|see|think|guess|just say)|i (?:will|'ll) be (?:honest|out|in|there|off|away|on)\b)/i,
  /\b(?:do not|don't) (?:reply|respond) to this\b/i,
  /^(?:to )?unsubscribe\b|\bunsubscribe\b.*\b(?:list|link|here)\b/i,
];

/** What stands under every mail of a kind: how to leave a list, whom to ask, what it is not meant for. */
export const boilerplate =
  /\bunsubscribe\b|\b(?:received this (?:e-?mail|message|mail)|notify the sender)\b|\bclick (?:here|below|above|the|on)\b|\b(?:mailing list|address book|spam folder|safe[- ]senders?|white ?list|newsletter|email preferences)\b|^if (?:you|u) (?:do not|don't|no longer|wish to|would no longer|are not the|have received this|need (?:help|assistance)|(?:have|should have|had) any (?:other |further |more )?(?:questions|problems|concerns|queries)|have (?:questions|problems|concerns)|would like to (?:update|unsubscribe|stop|cancel|change|know))\b(?=.{0,120}\b(?:please|feel free|contact|call|visit|reply|e-?mail|hesitate|write)\b)|\b(?:named|intended) (?:addressee|recipient)\b|\bkeep in mind\b/i;

/** Things of the world that people look up; nobody has to do anything for them. */
export const worldly =
  /\b(?:weather|forecast|temperature|headlines?|(?:latest|breaking|world|local|current) news|the news|any news|stock price|exchange rate|definition of|meaning of|capital of|population of|what time|the time (?:in|now|right)|time is it|jokes?|lyrics)\b/i;

/** A question that looks something up: an answer, no work. */
export const lookUp =
  /^(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|will|has|have)\b|^(?:tell|give|show|read) me (?:the |a |an |about |what|how|when|where|who|why|which|if |whether |some |any |all )(?!call\b|ring\b|shout\b|hand\b|copy\b|draft\b|list of (?:who|those)\b)|^(?:can|could|may) i (?:have|get|see) (?:the|a|an)\b/i;

/** Courtesies and small words before a sentence proper. */
export const courtesy =
  /^(?:(?:hi|hello|hey|dear|ok|okay|yes|yeah|no|well|so|also|and|but|then|now|again|oh|first|second|secondly|finally|lastly|next|meanwhile|in addition|additionally|by the way|btw|just|actually|anyway|anyhow|if possible|when you (?:get|have) (?:a|the) (?:chance|minute|moment|time)|as a follow[- ]up[^,]{0,60}|ps|p\.s\.?|nb|note|fyi|thanks|olly|alexa|siri|cortana|all|team|everyone|folks|guys|in fact|otherwise|if so|if not)[,:!.-]*\s+)+/i;
