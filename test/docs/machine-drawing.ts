/** What of a machine is drawn. */
interface Drawn {
  readonly graph: Readonly<Record<string, readonly string[]>>;
  readonly busy: ReadonlySet<string>;
  readonly expects: Readonly<Partial<Record<string, string>>>;
}

/** A machine as a Mermaid flowchart, without the edges to `failed`, which every state has that is not the last. */
export function drawing({ graph, busy, expects }: Drawn): string {
  const states = Object.keys(graph).filter((state) => state !== 'failed');
  const id = (state: string): string => `s${states.indexOf(state)}`;
  const box = (state: string): string => {
    if (busy.has(state)) return `${id(state)}[["${state}"]]`;
    if (graph[state]?.length === 0) return `${id(state)}(["${state}"])`;
    const message = expects[state];
    return `${id(state)}["${state}${message === undefined ? '' : `<br>${message}`}"]`;
  };
  const lines = states.map((state) => {
    const next = graph[state] ?? [];
    if (next.length > 0 && !next.includes('failed')) throw new Error(`${state} cannot fail`);
    const drawn = next.filter((other) => other !== 'failed').map(id);
    return `  ${box(state)}${drawn.length === 0 ? '' : ` --> ${drawn.join(' & ')}`}`;
  });
  return ['```mermaid', 'flowchart LR', ...lines, '```'].join('\n');
}
