/**
 * Passwords. Clients log in with the MD5 hex digest of the plain password of the panel API; what is kept is salted scrypt of that digest, which cannot be sent in its place.
 */
import { hash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { StoredPassword } from '../../ports/accounts.ts';

/** 16 MiB and some 50 ms for each try (OWASP's lower bound for scrypt with p = 1 on small boards). */
const cost: ScryptOptions = { N: 16384, r: 8, p: 1 };
const saltBytes = 16;
const hashBytes = 32;

/** The digest that clients send for a plain password: MD5, hex, lower case. */
export function digestOf(plain: string): string {
  return hash('md5', plain);
}

/** What to store for a plain password, under a fresh salt. */
export async function hashPassword(plain: string): Promise<StoredPassword> {
  const salt = randomBytes(saltBytes);
  const derived = await derive(digestOf(plain), salt);
  return { salt: salt.toString('base64'), hash: derived.toString('base64') };
}

/** Whether `digest`, in any case, is that of the stored password. Takes the same time either way. */
export async function matchesDigest(stored: StoredPassword, digest: string): Promise<boolean> {
  const derived = await derive(digest.toLowerCase(), Buffer.from(stored.salt, 'base64'));
  const expected = Buffer.from(stored.hash, 'base64');
  return expected.length === derived.length && timingSafeEqual(expected, derived);
}

/** Stands in for an account that does not exist, so that asking for it takes as long. No digest fits. */
export function unusablePassword(): StoredPassword {
  return {
    salt: randomBytes(saltBytes).toString('base64'),
    hash: randomBytes(hashBytes).toString('base64'),
  };
}

function derive(digest: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(digest, salt, hashBytes, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
