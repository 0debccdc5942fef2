/** QR pictures of identifiers, for the phone or the paper that is held before a reader. */
import QRCode from 'qrcode';
import { z } from 'zod';
import type { IdentifierReader } from '../../ports/store.ts';
import { errors, picture, refuse } from '../answer.ts';
import { wholeNumber } from '../lists/paging.ts';
import { type Route, route } from '../route.ts';
import { uidParams } from '../uid.ts';

/** What the call works with. */
export interface QrParts {
  readonly identifiers: IdentifierReader;
}

/** Side of the picture, pixels. */
const sizes = { least: 128, most: 1024, usual: 320 } as const;

/** `GET /access/identifier/item/{uid}/qr`. */
export function qrRoutes({ identifiers }: QrParts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/access/identifier/item/{uid}/qr',
      summary: 'Picture of an identifier of type `qr`: its number, a UUID, as QR code',
      access: 'read',
      params: uidParams,
      query: z.object({ size: wholeNumber(sizes.least, sizes.most).default(sizes.usual) }),
      answers: { media: 'image/png' },
      refuses: [errors.wrongUid, errors.wrongParameters],
      notes:
        'An identifier of another type is refused with `Wrong Identifier uid`. `size`: side of the ' +
        `picture in pixels, ${sizes.least} to ${sizes.most}, ${sizes.usual} unless given. A quarter ` +
        'of the code may be covered or dirty (error correction level Q).',
      async handler({ params: { uid }, query: { size } }) {
        const identifier = identifiers.get(uid);
        if (identifier?.type !== 'qr') return refuse(400, errors.wrongUid);
        const png = await QRCode.toBuffer(identifier.number, {
          type: 'png',
          errorCorrectionLevel: 'Q',
          width: size,
        });
        return picture(new Uint8Array(png));
      },
    }),
  ];
}
