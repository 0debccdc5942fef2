/** Which view is shown: what stands behind the `#` of the address. */

/** A place in the page. */
export interface Place {
  /** First part of the path: the view. */
  readonly view: string;
  /** The parts after it. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

/** The place that `hash` (`#/log/12?category=access`) names. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', ...rest] = path.split('/').map(decoded);
  return { view, rest, query: new URLSearchParams(query) };
}

/** The address of a place, to be put in a link or `go`. Empty values are left out. */
export function address(
  path: readonly (string | number)[],
  query: { readonly [name: string]: string | number | undefined } = {},
): string {
  const named = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const text = `#/${path.map((part) => encodeURIComponent(part)).join('/')}`;
  return named.length > 0 ? `${text}?${new URLSearchParams(named)}` : text;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
