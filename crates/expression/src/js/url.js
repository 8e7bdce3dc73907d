// URL and URLSearchParams, to read an address and to write its query. A URL does not change, but for its search parameters.
(function (host) {
  "use strict";
  const PARTS = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];
  const encode = (text) => encodeURIComponent(text.toWellFormed()).replace(/%20/g, "+")
    .replace(/[!'()~]/g, (character) => "%" + character.charCodeAt(0).toString(16).toUpperCase());
  const decode = (text) => {
    const spaced = text.replaceAll("+", " ");
    try {
      return decodeURIComponent(spaced);
    } catch {
      return spaced;
    }
  };
  const pairsOf = (from) => {
    if (from === undefined || from === null) return [];
    if (typeof from === "object") {
      const entries = typeof from[Symbol.iterator] === "function" ? [...from] : Object.entries(from);
      return entries.map(([name, value]) => [String(name), String(value)]);
    }
    return String(from).replace(/^\?/, "").split("&").filter(Boolean).map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
  };

  class URLSearchParams {
    #pairs;
    constructor(from) { this.#pairs = pairsOf(from); }
    get size() { return this.#pairs.length; }
    get(name) { return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null; }
    getAll(name) { return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value); }
    has(name) { return this.#pairs.some(([key]) => key === String(name)); }
    append(name, value) { this.#pairs.push([String(name), String(value)]); }
    delete(name) { this.#pairs = this.#pairs.filter(([key]) => key !== String(name)); }
    set(name, value) {
      const at = this.#pairs.findIndex(([key]) => key === String(name));
      if (at < 0) return this.append(name, value);
      const rest = this.#pairs.slice(at + 1).filter(([key]) => key !== String(name));
      this.#pairs = [...this.#pairs.slice(0, at), [String(name), String(value)], ...rest];
    }
    sort() { this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)); }
    forEach(each) { for (const [name, value] of this.#pairs) each(value, name, this); }
    *entries() { for (const [name, value] of this.#pairs) yield [name, value]; }
    *keys() { for (const [name] of this.#pairs) yield name; }
    *values() { for (const [, value] of this.#pairs) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"); }
    toJSON() { return this.toString(); }
  }

  const partsOf = (text, base) => host.url(String(text), base === undefined ? undefined : String(base));
  class URL {
    #parts;
    #read;
    #params;
    constructor(text, base) {
      const parts = partsOf(text, base);
      if (parts.length === 0) throw new TypeError("What URL was given is not one");
      this.#parts = Object.fromEntries(PARTS.map((name, at) => [name, parts[at]]));
    }
    static canParse(text, base) { return partsOf(text, base).length > 0; }
    static part(url, name) {
      url.#follow();
      return url.#parts[name];
    }
    get searchParams() {
      if (this.#params === undefined) {
        this.#params = new URLSearchParams(this.#parts.search);
        this.#read = this.#params.toString();
      }
      return this.#params;
    }
    // Takes over what was changed in the search parameters.
    #follow() {
      const now = this.#params?.toString();
      if (now === this.#read) return;
      const { href, search, hash } = this.#parts;
      const before = href.slice(0, href.length - hash.length).split("?")[0];
      this.#read = now;
      this.#parts = { ...this.#parts, search: now && `?${now}`, href: before + (now && `?${now}`) + hash };
    }
    toString() { return this.href; }
    toJSON() { return this.href; }
  }
  const { part } = URL;
  delete URL.part;
  const unchanging = () => {
    throw new TypeError("A URL does not change here, but for its searchParams. Make a new one");
  };
  for (const name of PARTS) {
    Object.defineProperty(URL.prototype, name, { get() { return part(this, name); }, set: unchanging, configurable: true });
  }
  return { URL, URLSearchParams };
})
