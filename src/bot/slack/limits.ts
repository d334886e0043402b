/**
 * What Slack accepts, as numbers. Lengths are counted in UTF-16 units, bytes where the name says so.
 * Sources: the block, object and view references of docs.slack.dev, and bolt-js issues 2509 and 2867
 * for the size of a whole message, which Slack counts with the containers around the words.
 */
export const limits = {
  messageBlocks: 50,
  viewBlocks: 100,
  /** Slack says about 13,200 characters. Ours are the bytes of the blocks as JSON, so that no script and no container is counted short. */
  messageBytes: 12_000,
  /** Longer texts are cut by Slack in places, and rejected in others (4,000 are advised). */
  fallback: 3_000,
  header: 150,
  contextElements: 10,
  contextText: 2_000,
  /** Not documented for rich text; a section's is kept to. */
  richText: 3_000,
  containerTitle: 150,
  actions: 25,
  buttonText: 75,
  url: 3_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  viewTitle: 24,
  viewButton: 24,
  inputLabel: 2_000,
  placeholder: 150,
  inputText: 3_000,
  optionText: 75,
} as const;
