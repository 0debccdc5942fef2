/** PINs and codes, compared and changed. Pure. */

/** What a person under duress does to the last digit of a code. */
export const duressKinds = ['off', 'last_digit_plus_one'] as const;
export type DuressKind = (typeof duressKinds)[number];

/** Whether what was typed is a PIN: as it is, or as somebody types it under duress. */
export function pinHolds(
  pin: string,
  typed: string,
  duress: DuressKind,
): 'right' | 'duress' | 'no' {
  const isRight = isSame(pin, typed);
  const isDuress = isSame(pin, duress === 'off' ? '' : withoutDuress(typed));
  if (isRight) return 'right';
  return isDuress ? 'duress' : 'no';
}

/** The code of which `typed` is the one for duress: the last digit one lower, 9 below 0. */
export function withoutDuress(typed: string): string {
  return typed.slice(0, -1) + ((Number(typed.at(-1)) + 9) % 10);
}

/** Compares all digits whatever the first ones are, so that the time says nothing of them. */
function isSame(secret: string, typed: string): boolean {
  let differing = secret.length ^ typed.length;
  for (let index = 0; index < secret.length; index += 1) {
    differing |= secret.charCodeAt(index) ^ typed.charCodeAt(index);
  }
  return secret !== '' && differing === 0;
}
