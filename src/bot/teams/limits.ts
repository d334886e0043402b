/**
 * What Teams accepts, as numbers. Lengths are counted in UTF-16 units, bytes where the name says so.
 * Sources: the card reference and the Universal Actions pages of learn.microsoft.com/microsoftteams.
 */
export const limits = {
  /** The card as JSON, mentions included. With the activity around it that stays under 28 KB. */
  cardBytes: 26_000,
  /** Teams leaves out what comes after the sixth button of a set. */
  actions: 6,
  /** Those whose view is fetched anew without being asked. */
  refreshed: 60,
  /** Not documented; longer ones are cut by the clients anyway. */
  buttonText: 60,
  title: 250,
  label: 60,
  inputLabel: 120,
  placeholder: 150,
  inputText: 4_000,
  /** One element's text; a longer one is several elements. */
  text: 1_000,
  name: 60,
  summary: 300,
  fallback: 600,
  speak: 500,
  url: 2_000,
} as const;
