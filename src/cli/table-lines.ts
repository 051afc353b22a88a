/** Columns as wide as their widest cell, two spaces between; a column without any content is left out. */
export function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const columns = head.map((_, i) => i).filter((i) => rows.some((row) => row[i] !== undefined && row[i] !== ''));
  const width = (i: number): number => Math.max(...[head, ...rows].map((row) => (row[i] ?? '').length));
  return [head, ...rows].map((row) =>
    columns
      .map((i) => (row[i] ?? '').padEnd(width(i)))
      .join('  ')
      .trimEnd(),
  );
}
