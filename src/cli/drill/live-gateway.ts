/** A gateway that runs for real. */
export interface LiveGateway {
  /** Resolves when it runs and waits. */
  start(): Promise<void>;
  /** Brings up what it is to initiate. */
  begin(): void;
  /** As a loss of power: it gets no chance to tell anybody. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  command(kind: 'up' | 'down'): Promise<void>;
}
