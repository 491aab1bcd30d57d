/** How many letters must be put in, left out or exchanged to make one word of the other (Levenshtein's distance). */
function letterDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(from).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Who leaves out the end of a name is nearer to it than the letters say. */
const distance = (written: string, known: string): number => (written.length > 2 && known.startsWith(written) ? 1 : letterDistance(written, known));

/** The known name that a mistyped one most likely stands for; undefined when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  const [best] = [...known]
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)) && distance < candidate.length)
    .toSorted((one, other) => one.distance - other.distance);
  return best?.candidate;
}
