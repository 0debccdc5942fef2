/** The page, from its first moment. */
import { startApp } from './app.ts';
import { openSession } from './session.ts';
import { showSignIn } from './sign-in.ts';
import { chosenTheme, showTheme } from './theme.ts';

showTheme(chosenTheme());
const session = openSession();
const known = session.get() ?? (await showSignIn());
session.set(known);
await startApp(session, known);
