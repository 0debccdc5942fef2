/**
 * The page, from its first moment. What the sign-in does not need comes after it, so that the form is
 * there soon over a slow link.
 */
import { openSession, type Session } from './session.ts';
import { chosenTheme, showTheme } from './theme.ts';

showTheme(chosenTheme());
const session = openSession();
const known = session.get() ?? (await signedIn());
session.set(known);
const { startApp } = await import('./app.ts');
await startApp(session, known);

async function signedIn(): Promise<Session> {
  const { showSignIn } = await import('./sign-in.ts');
  return showSignIn();
}
