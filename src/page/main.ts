/** The page, from its first moment. */
import { startApp } from './app.ts';
import { openSession } from './session.ts';
import { showSignIn } from './sign-in.ts';
import { texts } from './texts.ts';
import { chosenTheme, showTheme } from './theme.ts';

document.documentElement.lang = texts.language;
document.documentElement.dir = texts.direction;
showTheme(chosenTheme());
const session = openSession();
const kept = session.get();
const known = kept ?? (await showSignIn());
session.set(known);
await startApp(session, known, kept === undefined);
