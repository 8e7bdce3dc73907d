/** Measuring in turns: A B A B, so that what else the machine does meets all subjects alike. */

/**
 * Calls every subject (a name and an async function) once per round, in order. Returns per name the list of what its
 * calls returned.
 */
export async function interleave(rounds, subjects) {
  const results = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, measure] of Object.entries(subjects)) {
      const value = await measure();
      results[name].push(value);
      progress(`${round}/${rounds} ${name}: ${JSON.stringify(value).slice(0, 160)}`);
    }
  }
  return results;
}

/** Says what goes on, beside the table. */
export function progress(text) {
  process.stderr.write(`${text}\n`);
}
