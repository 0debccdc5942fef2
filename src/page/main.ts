/**
 * The page, from its first moment. What the sign-in does not need comes after it, so that the form is
 * there soon over a slow link.
 */
import { openSession, type Session } from './session.ts';
import { texts } from './texts.ts';
import { chosenTheme, showTheme } from './theme.ts';

document.documentElement.lang = texts.language;
document.documentElement.dir = texts.direction;
showTheme(chosenTheme());
const session = openSession();
const kept = session.get();
const known = kept ?? (await signedIn());
session.set(known);
const { startApp } = await import('./app.ts');
await startApp(session, known, kept === undefined);

async function signedIn(): Promise<Session> {
  const { showSignIn } = await import('./sign-in.ts');
  return showSignIn();
}
