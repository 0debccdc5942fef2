/**
 * The texts of the page. A language is a file `texts/xx.ts` that exports `Texts`: one that lacks a
 * text, or has one too many, does not compile.
 */
import { en } from './texts/en.ts';

/** Every text, by view. */
type Texts = typeof en;

/** Those of the language that is shown. */
export const texts: Texts = en;
