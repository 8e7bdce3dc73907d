/** What is wrong with a base URL, in words; null when nothing is. The core decides in the end. */
export function addressProblem(text: string): string | null {
  const address = text.trim();
  if (address === "") return "Type an address, or press Reset for the usual one.";
  if (!/^https?:\/\//i.test(address)) return "It begins with http:// or https://.";
  if (!URL.canParse(address)) return "This is not a complete address.";
  const { username, search, hash } = new URL(address);
  if (username !== "") return "No user name or password here: the key has its own place.";
  if (search !== "" || hash !== "") return "Without ? and #: only the part that all requests have in common.";
  return null;
}
