/** Lists of some identifiers: in an order of their own, or filtered and sorted as the list of all is. */
import type { Identifier } from '../../door/model.ts';
import type { Part, SettingReader, StoreReaders } from '../../ports/store.ts';
import { answer, errors, refuse } from '../answer.ts';
import type { Filter } from '../lists/filter.ts';
import { namesOrder, optionOf, wantedOf } from '../lists/list.ts';
import type { ListQuery } from '../lists/paging.ts';
import type { Walks } from '../lists/search.ts';
import { both } from '../lists/text-search.ts';
import { type IdentifierItem, identifierItem } from './identifier-answer.ts';
import { identifierFields, identifierSource } from './identifier-list.ts';

/** What such a list works with. */
export interface PartListParts
  extends Pick<StoreReaders, 'identifiers' | 'timeProfiles' | 'apartments'> {
  readonly settings: SettingReader;
  readonly walks: Walks;
}

/** Which identifiers. */
export interface IdentifierPart {
  /** In whose order they come where no other is asked for. */
  readonly field: string;
  readonly page: (offset: number, limit: number, reverse: boolean) => Part;
  /** Tells them from the others. */
  readonly filter: Filter<Identifier>;
  /** What its items have besides what every identifier has. */
  readonly more?: (item: IdentifierItem) => object;
}

/** What lists of a part say of themselves, for the description of the API. */
export const partListNotes =
  'Filters and orders are those of the list of all identifiers, and what is filtered comes by uid.';

/** The answer of such a list. */
export async function answerPart(
  query: ListQuery,
  { field, page, filter, more }: IdentifierPart,
  parts: PartListParts,
  gone: () => boolean,
): Promise<Response> {
  const wiegand = parts.settings.wiegand();
  const fields = identifierFields(wiegand);
  const wanted = wantedOf(query, fields);
  if (!wanted) return refuse(400, errors.wrongParameters);
  const { offset, limit, order } = wanted;
  const isPlain = !wanted.filter && !namesOrder(query);
  const found = isPlain
    ? page(offset, limit, order[0].descending)
    : await parts.walks.search(
        identifierSource(parts.identifiers, wiegand),
        { ...wanted, filter: both(wanted.filter, filter) },
        gone,
      );
  if (found instanceof Response) return found;
  if (found === 'too-far') return refuse(400, errors.wrongParameters);
  const option = optionOf(query, wanted, found.total, fields);
  const sort = isPlain ? { ...option.sort, field } : option.sort;
  return answer({
    list_items: found.items.map((identifier) => {
      const item = identifierItem(identifier, wiegand, parts);
      return more ? { ...item, ...more(item) } : item;
    }),
    list_option: { ...option, sort },
  });
}
