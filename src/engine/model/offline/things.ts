/** The things of a text while it is read: many spellings, one entity each. */
import { findKnown } from './domain.ts';
import type { DraftEntity, FactOf } from './draft.ts';
import { singular, stem, wordsOf } from './word.ts';

/** "order date" of a purchase order is its "date": what a field is called within its entity. */
function bareName(field: string, entity: string): string {
  const own = new Set(stem(entity).split(' '));
  const rest = stem(field)
    .split(' ')
    .filter((word) => !own.has(word));
  return rest.join(' ') || stem(field);
}

/** "RFQ" for a request for quotation. */
function isInitials(word: string, name: string): boolean {
  const initials = name
    .split(/[\s-]+/)
    .map((part) => part.charAt(0))
    .join('');
  return word.length > 1 && initials.length === word.length && word === initials;
}

/** Entities by what their names share, so that "Customers" and "customer" are one. */
export class Things {
  readonly all: DraftEntity[] = [];
  private readonly aliases = new Map<string, DraftEntity>();

  find(noun: string): DraftEntity | undefined {
    const wanted = stem(noun);
    return (
      this.all.find((entity) => stem(entity.name) === wanted) ??
      this.aliases.get(wanted) ??
      this.alias(wanted)
    );
  }

  /** "hive" after "bee hives" is the same thing while one of the two is only a name. */
  private alias(wanted: string): DraftEntity | undefined {
    const spelled = this.all.find((entity) => isInitials(wanted, stem(entity.name)));
    if (spelled) return spelled;
    const near = this.all.filter((entity) => {
      const name = stem(entity.name);
      return !entity.listed && (name.endsWith(` ${wanted}`) || wanted.endsWith(` ${name}`));
    });
    const [only] = near;
    if (near.length !== 1 || !only) return undefined;
    this.aliases.set(wanted, only);
    return only;
  }

  take(noun: string, source: string, label?: string): DraftEntity {
    const found = this.find(noun);
    if (found) {
      if (label && !found.label && stem(label) === stem(found.name)) found.label = label;
      return found;
    }
    const entity: DraftEntity = {
      name: singular(wordsOf(noun)),
      fields: [],
      listed: false,
      known: false,
      source,
    };
    if (label) entity.label = label;
    this.all.push(entity);
    return entity;
  }

  list(fact: FactOf<'fields'>): void {
    const entity = this.take(fact.noun, fact.source);
    const before = entity.fields.length;
    for (const field of fact.fields) {
      const bare = bareName(field.name, entity.name);
      const same = entity.fields.find((other) => bareName(other.name, entity.name) === bare);
      if (!same) entity.fields.push(field);
      else if (field.options && !same.options)
        Object.assign(same, { type: field.type, options: field.options });
    }
    // One remark ("a project has a budget") is no list, where such things are known.
    if (fact.full || before + fact.fields.length > 1 || !findKnown(entity.name))
      entity.listed = true;
  }
}

const roleWords =
  /^(?:parent|child|primary|main|secondary|source|destination|current|previous|assigned|designated|corresponding|original|related|specific|respective|other|registered|default|responsible|same|preferred)\s+(.+)$/;

/** "parent organization" is an organization in a role. */
export function endOf(
  things: Things,
  noun: string,
): { entity: DraftEntity; role?: string } | undefined {
  const inner = roleWords.exec(noun)?.[1];
  const target = inner ? things.find(inner) : undefined;
  if (target) return { entity: target, role: noun };
  const entity = things.find(noun);
  return entity ? { entity } : undefined;
}
