/** Finding an action by what people call it: names first, then synonyms, then descriptions. Pure. */
import type { ActionManifest } from "../bindings/ActionManifest";
import type { ConnectorManifest } from "../bindings/ConnectorManifest";

/** An action with its connector. */
export interface Found {
  connector: ConnectorManifest;
  action: ActionManifest;
}

/** Every action whose words all match, best first; all of them in palette order when nothing is asked. */
export function searchActions(connectors: readonly ConnectorManifest[], query: string): Found[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scored: { found: Found; score: number }[] = [];
  for (const connector of connectors) {
    for (const action of connector.actions) {
      const score = scoreOf(connector, action, words);
      if (score > 0) scored.push({ found: { connector, action }, score });
    }
  }
  return scored.sort((a, b) => b.score - a.score).map(({ found }) => found);
}

/** The sum over the words of how well each fits; 0 when one does not fit at all. */
function scoreOf(connector: ConnectorManifest, action: ActionManifest, words: string[]): number {
  let total = 1;
  for (const word of words) {
    const score = Math.max(
      scoreText(action.name, word, 10),
      scoreText(connector.name, word, 9),
      ...action.synonyms.map((synonym) => scoreText(synonym, word, 6)),
      ...connector.synonyms.map((synonym) => scoreText(synonym, word, 5)),
      scoreText(connector.category, word, 3),
      scoreText(action.description, word, 2),
      scoreText(connector.description, word, 2),
    );
    if (score === 0) return 0;
    total += score;
  }
  return total;
}

/** A match at the start of the text counts double, at the start of a word more than within one. */
function scoreText(text: string, word: string, weight: number): number {
  const at = text.toLowerCase().indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return weight * 2;
  return text[at - 1] === " " ? weight * 1.5 : weight;
}
