import { fromBase64, utf8Text } from '../base/bytes.ts';

/** One block of a PEM file: its label and octets, RFC 7468 §2. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

/** The blocks of a PEM file; none where it is not PEM. What stands between them is commentary. */
export function pemBlocks(file: Uint8Array): readonly PemBlock[] {
  const pattern = /-----BEGIN ([^-\r\n]+)-----([\s\S]*?)-----END \1-----/g;
  return [...utf8Text(file).matchAll(pattern)].flatMap(([, label = '', body = '']) => {
    const der = fromBase64(body);
    return der === undefined ? [] : [{ label, der }];
  });
}
