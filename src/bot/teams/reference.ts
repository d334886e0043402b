/** Where a card stands, as text: the activity's id, and the conversation where that is not the card's own. */
export type Reference = {
  /** Empty where the card could be shown nowhere. */
  id: string;
  conversation?: string | undefined;
};

export const printReference = ({ id, conversation }: Reference): string =>
  conversation ? `${id} ${conversation}` : id;

export function parseReference(text: string): Reference {
  const [id = '', conversation] = text.split(' ');
  return { id, ...(conversation ? { conversation } : {}) };
}
