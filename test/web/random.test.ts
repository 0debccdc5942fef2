import { test } from 'node:test';
import { sendRandomRequests } from '../support/random-requests.ts';

test('a hundred thousand random requests, the first half: no crash, no half-written record', (t) =>
  sendRandomRequests(t, 1));
