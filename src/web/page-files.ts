/**
 * The files of the page as they are sent: read once, named by what they hold, compressed. Nobody can
 * ask for any other file. Browsers keep them for good, since a change gives all of them new addresses.
 */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Packed, packed } from './packed.ts';

/** One file, ready to be sent. */
export interface PageFile extends Packed {
  /** Whether its address changes with what it holds. */
  readonly forGood: boolean;
}

/** By path from the root; `/` is the page itself. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const medias: { readonly [extension: string]: string } = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads what the build wrote to `folder`.
 * @throws what reading throws: without these files the page cannot be served.
 */
export function readPage(folder: URL): PageFiles {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => extname(name) in medias)
    .sort();
  const contents = new Map(names.map((name) => [name, readFileSync(new URL(name, folder))]));
  const version = hash(
    'sha256',
    JSON.stringify([...contents].map(([name, bytes]) => [name, hash('sha256', bytes)])),
  ).slice(0, 16);
  const base = `/page/${version}/`;
  const index = readFileSync(new URL('index.html', folder), 'utf8').replaceAll('%base%', base);
  return new Map([
    ['/', fileOf(Buffer.from(index), 'text/html; charset=utf-8', false)],
    ...[...contents].map(
      ([name, bytes]) => [`${base}${name}`, fileOf(bytes, medias[extname(name)], true)] as const,
    ),
  ]);
}

function fileOf(bytes: Buffer, media = '', forGood: boolean): PageFile {
  return { ...packed(bytes, media), forGood };
}
