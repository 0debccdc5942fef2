/** Lists of apartments, filtered and sorted. */
import type { Apartment } from '../../door/model.ts';
import { answer, errors, refuse } from '../answer.ts';
import { type Field, linkIdField, uidField } from '../lists/filter.ts';
import { operators } from '../lists/filter-expression.ts';
import { listOf } from '../lists/list.ts';
import type { ListQuery } from '../lists/paging.ts';
import { apartmentItem } from './apartment-body.ts';

type StoredApartment = Apartment & { readonly uid: number };

const places = ['building', 'unit', 'floor', 'room'] as const;

/** What apartments can be filtered for and sorted by; names are paths into the item of an answer. */
const fields: readonly Field<StoredApartment>[] = [
  uidField('uid', 'apartment_uid'),
  {
    name: 'apartment_name',
    aliases: ['name'],
    type: 'string',
    operators,
    read: ({ name }) => name,
  },
  ...places.map(
    (place): Field<StoredApartment> => ({
      name: `apartment_address.${place}`,
      aliases: [place],
      type: 'integer',
      operators,
      read: (apartment) => apartment[place],
    }),
  ),
  linkIdField(),
];

/** The page of `apartments`, which come by uid. */
export function listApartments(apartments: readonly StoredApartment[], query: ListQuery): Response {
  const found = listOf(query, apartments, fields);
  if (!found) return refuse(400, errors.wrongParameters);
  return answer({ list_items: found.items.map(apartmentItem), list_option: found.option });
}
