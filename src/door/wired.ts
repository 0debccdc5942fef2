/** What may be wired to a panel besides readers and locks: the words for it. */

/** What an input is for. */
export const inputKinds = ['exit_button', 'door_contact', 'tamper', 'fire'] as const;
export type InputKind = (typeof inputKinds)[number];

/** Ways to know of a door (panel API, `mode`). Kept for its clients: this panel has a contact. */
export const sensorModes = ['door_sensor', 'call_button'] as const;
export type SensorMode = (typeof sensorModes)[number];
