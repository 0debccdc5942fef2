/**
 * Who is signed in. The token lives in this tab only (`sessionStorage`) and travels in a header,
 * never in a cookie: no other page can make this browser send it.
 */
import { type Signal, signal } from './signal.ts';

/** An account that has signed in. */
export interface Session {
  readonly name: string;
  readonly role: 'admin' | 'manager';
  readonly token: string;
}

const key = 'latchd-session';

/** The session of this tab; undefined: nobody is signed in. */
export function openSession(): Signal<Session | undefined> {
  const session = signal(stored());
  session.follow((now) => {
    try {
      if (now) sessionStorage.setItem(key, JSON.stringify(now));
      else sessionStorage.removeItem(key);
    } catch {
      // A browser that keeps nothing: the session lasts as long as the page.
    }
  }, new AbortController().signal);
  return session;
}

function stored(): Session | undefined {
  try {
    const { name, role, token } = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    const isWhole = typeof name === 'string' && /^[0-9a-f]{40}$/.test(token);
    return isWhole ? { name, role: role === 'admin' ? 'admin' : 'manager', token } : undefined;
  } catch {
    return undefined;
  }
}
