/** Verbs that begin something to do, in their base form. Data, no logic. */

const set = (words: string) => new Set(words.split(/\s+/).filter(Boolean));

/** Work that somebody can be asked for. */
export const doing =
  set(`accept add address adjust agree align allow alter amend analyse analyze announce answer apply approve archive arrange ask
  assemble assess assign attach audit back-up backup begin book bring brief broadcast build bump buy calculate call cancel change chase check
  choose circulate clarify clean clear close coach collate collect combine come-up-with comment commit compare compile complete compose
  compute configure confirm connect consider consolidate consult contact contribute convert coordinate copy correct create cut debug decide
  define delegate delete deliver demo deploy describe design determine develop disable discuss dispatch distribute document
  double-check download draft drive drop edit email e-mail enable enquire ensure escalate establish estimate evaluate examine
  execute expand expedite explain explore export extend extract fetch figure file fill finalise finalize find finish fix
  follow follow-up forward freeze gather generate get give go grab hand handle hire identify implement import improve inform initiate
  inspect install integrate interview introduce investigate invite invoice issue join keep launch lead leave let link
  list load locate log look mail maintain make manage map mark measure meet mention merge message migrate modify monitor move name
  negotiate notify obtain onboard open order organise organize outline pay phone pick pin ping plan post postpone prepare present
  press print prioritise prioritize procure produce propose provide publish pull purchase push put raise read rebuild recheck
  reconcile record recruit reduce refactor refresh register re-register reject release remember remind remove rename
  renew reorder repair replace reply report request reschedule research reserve resend reset resolve respond restart restock restore retrieve
  return review revise rewrite ring roll rotate route run save scan schedule schedule search secure select sell send separate
  set setup share ship show sign sort source specify split start stop store streamline submit suggest summarise summarize supply support
  swap switch sync take talk tell test tidy train transfer translate triage try turn unblock uninstall update upgrade
  upload use validate verify visit wait wire work wrap write reach water paint wash feed cook bake plant mow iron empty sweep
  hang dust`);

/** Those that are as often a name for a thing: what follows them has to look like an object. */
export const alsoNouns =
  set(`answer back-up backup book brief call change check comment copy cut design demo document draft drive drop email e-mail
  estimate export extract file fix follow-up freeze get hand import issue keep launch lead link list load log look mail map mark
  measure message name order outline pay phone pick pin plan post present press print process purchase push record register release
  repair reply report request research reserve return review ring roll route run save scan schedule search share ship show sign
  sort source split start stop store summary supply support swap switch sync talk test train transfer try turn update upgrade
  use visit wait work wrap set water paint wash feed cook plant iron sweep hang dust`);

/** What a promise is not made of: states, and what people say they think. */
export const stative =
  set(`be have see know think need want like love hate miss understand believe assume agree guess suppose expect hear feel
  remain stay seem say admit wonder remember regret appreciate bet doubt mean live die travel fly leave arrive sleep not never
  probably also always definitely certainly likely only`);

/**
 * What an assistant is told in order to hear something, and what texts tell their readers: no work, if nobody is
 * asked.
 */
export const lookingUp = set(
  `define describe explain calculate compute convert translate search google show tell play spell read-out browse look say list consider note imagine suppose`,
);

/** What happens as often as somebody does it: "Support closes the ticket", "Release starts the new month". */
export const happens = set(
  `begin close drop end finish follow get hold keep launch lead leave let link list mark match meet move need offer open reach run show start stop take turn use visit wait work`,
);
