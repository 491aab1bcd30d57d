/** One SRV record of the DNS (RFC 2782). */
export interface SrvRecord {
  /** The host that offers the service; `.` (or nothing) says that nobody does. */
  readonly name: string;
  readonly port: number;
  /** Lower ones are tried first. */
  readonly priority: number;
  /** Among records of the same priority: how often one comes first, in proportion to the others. */
  readonly weight: number;
}

/**
 * Records in the order in which they are to be tried.
 * @param random from 0 to 1, as of Math.random
 */
export function inSrvOrder(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  const left = [...records];
  const ordered: SrvRecord[] = [];
  while (left.length > 0) {
    const priority = Math.min(...left.map((record) => record.priority));
    const chosen = drawn(
      left.filter((record) => record.priority === priority),
      random,
    );
    ordered.push(chosen);
    left.splice(left.indexOf(chosen), 1);
  }
  return ordered;
}

/** One record by lot, in which those without weight have a small chance. */
function drawn(records: readonly SrvRecord[], random: () => number): SrvRecord {
  const [first, ...others] = records.toSorted((one, other) => one.weight - other.weight) as [SrvRecord, ...SrvRecord[]];
  const lot = random() * records.reduce((sum, { weight }) => sum + weight, 0);
  let sum = first.weight;
  let chosen = first;
  for (const record of others) {
    if (lot <= sum) break;
    sum += record.weight;
    chosen = record;
  }
  return chosen;
}
