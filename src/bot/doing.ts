/** The verbs that names of steps begin with; what begins with another word is a name and stays as it is. */
const verbs = new Set(
  `Add Analyse Analyze Announce Apply Approve Archive Ask Assign Attach Book Build Calculate Call Change Check Choose
  Clean Close Collect Compare Compute Configure Confirm Connect Copy Count Create Define Delete Deliver Deploy Describe
  Design Draft Enter Export Fetch Fill Filter Find Fix Forget Forward Gather Generate Get Give Grant Group Import Inform
  Install Invite Keep Link List Load Look Mail Make Mark Match Measure Merge Move Notify Open Order Pay Plan Post Prepare
  Print Process Publish Put Read Record Refund Register Remind Remove Rename Repair Reply Report Request Review Run Save
  Schedule Search Select Send Set Share Show Sign Sort Start Stop Store Summarise Summarize Sync Tell Test Track Transfer
  Translate Turn Update Upload Validate Verify Visit Wait Write`.split(/\s+/),
);
/** A consonant that is written twice. */
const doubled = /^(?:Get|Plan|Put|Run|Set|Stop)$/;

/** What is being done, from the name of a step: "Generate application UI" → "Generating application UI". */
export function doing(name: string): string {
  const [verb = '', ...rest] = name.split(' ');
  if (!verbs.has(verb)) return name;
  const stem = /[^e]e$/.test(verb)
    ? verb.slice(0, -1)
    : doubled.test(verb)
      ? verb + verb.at(-1)
      : verb;
  return [`${stem}ing`, ...rest].join(' ');
}
