/** `2409` and `5.5` for `RFC 2409 §5.5`; `A` for an appendix, `A.1` for a section in one. */
export interface Citation {
  readonly rfc: string;
  readonly section: string;
}

// Comments are wrapped, so a citation may break across two lines with the comment's own asterisk between.
const GAP = String.raw`(?:\s+(?:\*\s+|//\s+)?)`;
const PLACE = String.raw`(?:§(?:\d+(?:\.\d+)*|[A-Z](?:\.\d+)*)|App\.${GAP}[A-Z](?:\.\d+)*)`;
const CITATION = new RegExp(
  String.raw`RFC${GAP}(\d{4})${GAP}(${PLACE}(?:(?:,|${GAP}and|${GAP}to|${GAP}or)${GAP}${PLACE})*)`,
  'g',
);

/** Every section that a text cites, in order, as often as it does: `RFC 2408 §3.4 and §3.5` are two. */
export function citations(text: string): Citation[] {
  return [...text.matchAll(CITATION)].flatMap(([, rfc = '', places = '']) =>
    [...places.matchAll(new RegExp(PLACE, 'g'))].map(([place]) => ({
      rfc,
      section: place.replace(/^(?:§|App\.[\s*/]+)/, ''),
    })),
  );
}
