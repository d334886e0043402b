/** Which fields the search box finds: the ones that were asked for. */
import type { Entity } from '../../../apps/spec.ts';
import type { FactOf } from './draft.ts';
import { stem } from './word.ts';

/** Marks the fields that the searches name, over all entities. Changes the entities, which are still being made. */
export function markSearch(entities: Entity[], searches: FactOf<'search'>[]): void {
  for (const name of searches.flatMap((search) => search.names)) {
    const wanted = stem(name);
    for (const entity of entities) {
      for (const field of entity.fields) {
        const own = stem(field.label);
        const full = `${stem(entity.singular)} ${own}`;
        const same =
          own === wanted ||
          full === wanted ||
          (wanted.startsWith(`${stem(entity.singular)} `) && wanted.endsWith(own)) ||
          (field.type === 'phone' && /\bphone\b/.test(wanted)) ||
          (field.type === 'email' && /\bemail\b/.test(wanted));
        if (same) field.search = true;
      }
    }
  }
}
