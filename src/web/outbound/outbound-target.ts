/** URLs of other machines as people write them. */

/** Without a scheme it is http. Undefined for anything that cannot be called. */
export function parseTarget(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== ''
    ? url
    : undefined;
}

/** Scheme, machine and port of a URL, for those who may not change it: what follows may be a secret. */
export function machineOf(text: string): string {
  return parseTarget(text)?.origin ?? '';
}
