/** Light or dark: as the device says, unless somebody chose. */

/** What can be chosen. */
export const themes = ['auto', 'light', 'dark'] as const;
/** One of them. */
type Theme = (typeof themes)[number];

const key = 'latchd-theme';

/** The choice of this browser. */
export function chosenTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** Shows a theme and remembers it. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
  showTheme(theme);
}

/** Shows a theme. */
export function showTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}
