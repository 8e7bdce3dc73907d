// Methods that n8n's expressions add to texts, numbers, lists and objects.
(function (times) {
  "use strict";
  const { time, add } = times;
  const words = (text) => String(text).replace(/([a-z0-9])([A-Z])/g, "$1 $2").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/;
  const URL_PATTERN = /\bhttps?:\/\/[^\s"'<>)\]}]{1,2000}/i;
  const number = (text, value) => {
    if (Number.isNaN(value)) throw new Error(`“${String(text).slice(0, 60)}” is not a number`);
    return value;
  };
  const same = (a, b) => a === b || (typeof a === "object" && typeof b === "object" && keyOf(a) === keyOf(b));
  const keyOf = (value) => (typeof value === "object" && value !== null ? "o" + JSON.stringify(value)
    : typeof value + String(value));
  const timeOf = (value, format) => {
    const { DateTime } = time();
    const text = String(value).trim();
    if (format !== undefined) return DateTime.fromFormat(text, format);
    if (/^\d{9,10}$/.test(text)) return DateTime.fromSeconds(+text);
    if (/^\d{11,16}$/.test(text)) return DateTime.fromMillis(+text);
    for (const read of [DateTime.fromISO, DateTime.fromSQL, DateTime.fromRFC2822]) {
      const found = read(text);
      if (found.isValid) return found;
    }
    throw new Error(`“${text.slice(0, 60)}” is not a time that can be read`);
  };
  const notHere = (name, hint) => () => { throw Object.assign(new Error(`${name}() is not here`), { hint }); };
  const LETTERS = { "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d",
    "Đ": "D", "þ": "th", "Þ": "TH", "ı": "i" };
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const bytesOf = (text) => [...encodeURIComponent(text.toWellFormed()).matchAll(/%(..)|[^%]/g)]
    .map(([whole, hex]) => (hex === undefined ? whole.charCodeAt(0) : parseInt(hex, 16)));

  add(String.prototype, {
    isEmpty() { return this.length === 0; },
    isNotEmpty() { return this.length > 0; },
    toNumber() { return number(this, this.trim() === "" ? NaN : Number(this)); },
    toInt(radix) { return number(this, parseInt(this, radix ?? 10)); },
    toFloat() { return number(this, parseFloat(this)); },
    toBoolean() { return !["false", "no", "0", "", "off"].includes(this.trim().toLowerCase()); },
    toDateTime(format) { return timeOf(this, format); },
    toTitleCase() { return this.replace(/\p{L}[\p{L}\p{N}'’]*/gu, capital); },
    toSentenceCase() { return this.toLowerCase().replace(/(^\s*|[.!?]\s+)(\p{L})/gu, (_, a, b) => a + b.toUpperCase()); },
    toSnakeCase() { return words(this).join("_").toLowerCase(); },
    toCamelCase() { return words(this).map((word, at) => (at ? capital(word) : word.toLowerCase())).join(""); },
    extractEmail() { return EMAIL.exec(this)?.[0]; },
    extractUrl() { return URL_PATTERN.exec(this)?.[0]; },
    extractDomain() {
      const email = EMAIL.exec(this)?.[0];
      return email ? email.split("@")[1] : /^(?:https?:\/\/)?(?:[^\s@/?#]*@)?([\w-]+(?:\.[\w-]+)+)/i.exec(this.trim())?.[1];
    },
    isEmail() { return EMAIL.exec(this)?.[0] === this.trim(); },
    isUrl() { return URL_PATTERN.exec(this)?.[0] === this.trim(); },
    isNumeric() { return this.trim() !== "" && Number.isFinite(Number(this)); },
    isDomain() { return /^[\w-]+(\.[\w-]+)+$/.test(this); },
    extractUrlPath() {
      const found = /^https?:\/\/[^\s/?#]+([^\s?#]*)/i.exec(this.trim());
      return found ? found[1] || "/" : undefined;
    },
    replaceSpecialChars() {
      return this.normalize("NFD").replace(/\p{M}/gu, "").replace(/[ßæÆœŒøØłŁđĐþÞı]/g, (letter) => LETTERS[letter]);
    },
    toJsonString() { return JSON.stringify(this); },
    hash: notHere("hash", "Use a Crypto node before this one."),
    removeTags() { return this.replace(/<[^<>]*>/g, ""); },
    removeMarkdown() { return this.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[*_`#>~]/g, "").trim(); },
    urlEncode(all) { return all ? encodeURI(this) : encodeURIComponent(this); },
    urlDecode(all) { return all ? decodeURI(this) : decodeURIComponent(this); },
    parseJson() { return JSON.parse(this); },
    quote(mark) { const q = mark ?? '"'; return q + this.replaceAll("\\", "\\\\").replaceAll(q, `\\${q}`) + q; },
    base64Encode() {
      let text = "";
      const bytes = bytesOf(String(this));
      for (let at = 0; at < bytes.length; at += 3) {
        const [a, b = 0, c = 0] = bytes.slice(at, at + 3);
        const bits = (a << 16) | (b << 8) | c;
        const left = bytes.length - at;
        text += ALPHABET[bits >> 18] + ALPHABET[(bits >> 12) & 63] +
          (left > 1 ? ALPHABET[(bits >> 6) & 63] : "=") + (left > 2 ? ALPHABET[bits & 63] : "=");
      }
      return text;
    },
    base64Decode() {
      let bits = 0, count = 0, text = "";
      for (const character of this.replaceAll("-", "+").replaceAll("_", "/").replace(/[=\s]/g, "")) {
        const value = ALPHABET.indexOf(character);
        if (value < 0) throw new Error("This is not base64");
        bits = ((bits << 6) | value) & 0xffffff;
        count += 6;
        if (count >= 8) {
          count -= 8;
          text += "%" + ((bits >> count) & 255).toString(16).padStart(2, "0");
        }
      }
      return decodeURIComponent(text);
    },
  });

  add(Number.prototype, {
    isEmpty() { return false; },
    isNotEmpty() { return true; },
    toJsonString() { return JSON.stringify(+this); },
    round(digits = 0) { return Number(Math.round(Number(`${this}e${digits}`)) + `e${-digits}`) || 0; },
    floor() { return Math.floor(this); },
    ceil() { return Math.ceil(this); },
    abs() { return Math.abs(this); },
    isEven() { return this % 2 === 0; },
    isOdd() { return Math.abs(this % 2) === 1; },
    isInteger() { return Number.isInteger(+this); },
    toInt() { return Math.trunc(this); },
    toNumber() { return +this; },
    toBoolean() { return +this !== 0; },
    toDateTime(unit = "ms") {
      // Excel counts days from the end of 1899, and has no zone.
      const milliseconds = { ms: 1, s: 1000, us: 0.001, excel: 86400000 }[unit];
      if (milliseconds === undefined) throw new Error(`“${unit}” is none of 'ms', 's', 'us' and 'excel'`);
      const since = unit === "excel" ? 25569 : 0;
      return time().DateTime.fromMillis(Math.round((this - since) * milliseconds));
    },
    format() {
      const [whole, part] = String(+this).split(".");
      return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part.slice(0, 3)}` : "");
    },
  });
  add(Boolean.prototype, {
    isEmpty() { return false; },
    isNotEmpty() { return true; },
    toJsonString() { return JSON.stringify(this.valueOf()); },
    toInt() { return +this; },
    toNumber() { return +this; },
    toBoolean() { return this.valueOf(); },
  });

  const numbers = (list) => list.map((value) => number(value, Number(value)));
  add(Array.prototype, {
    isEmpty() { return this.length === 0; },
    isNotEmpty() { return this.length > 0; },
    first() { return this[0]; },
    last() { return this[this.length - 1]; },
    unique(...fields) {
      const seen = new Map();
      for (const value of this) {
        const key = keyOf(fields.length ? fields.map((field) => value?.[field]) : value);
        if (!seen.has(key)) seen.set(key, value);
      }
      return [...seen.values()];
    },
    removeDuplicates(...fields) { return this.unique(...fields); },
    sum() { return numbers(this).reduce((a, b) => a + b, 0); },
    average() { return this.length ? this.sum() / this.length : 0; },
    min() { return numbers(this).reduce((a, b) => (b < a ? b : a)); },
    max() { return numbers(this).reduce((a, b) => (b > a ? b : a)); },
    compact() { return this.filter((value) => value !== null && value !== undefined && value !== ""); },
    chunk(size) {
      if (!(size >= 1)) throw new Error("chunk needs a size of at least 1");
      return Array.from({ length: Math.ceil(this.length / size) }, (_, at) => this.slice(at * size, (at + 1) * size));
    },
    pluck(...fields) {
      return this.map((value) => (fields.length === 1 ? value?.[fields[0]]
        : Object.fromEntries(fields.map((field) => [field, value?.[field]]))));
    },
    append(...values) { return this.concat(values); },
    union(other) { return [...this, ...other].unique(); },
    intersection(other) { return this.filter((a) => other.some((b) => same(a, b))); },
    difference(other) { return this.filter((a) => !other.some((b) => same(a, b))); },
    smartJoin(key, value) { return Object.fromEntries(this.map((entry) => [entry[key], entry[value]])); },
    renameKeys(...names) {
      const renamed = new Map(names.flatMap((name, at) => (at % 2 ? [] : [[name, names[at + 1] ?? name]])));
      return this.map((entry) =>
        Object.fromEntries(Object.entries(entry).map(([key, value]) => [renamed.get(key) ?? key, value])));
    },
    randomItem() { return this[Math.floor(Math.random() * this.length)]; },
    merge: notHere("merge", "Write `Object.assign({}, ...list)` for one object of all, or use a Merge node."),
    toJsonString() { return JSON.stringify(this); },
  });
  const textOf = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  add(Object.prototype, {
    isEmpty() { return Object.keys(this).length === 0; },
    isNotEmpty() { return Object.keys(this).length > 0; },
    hasField(name) { return Object.hasOwn(this, name); },
    removeField(name) { return Object.fromEntries(Object.entries(this).filter(([key]) => key !== name)); },
    compact() {
      const says = ([, value]) => value !== null && value !== undefined && value !== "";
      return Object.fromEntries(Object.entries(this).filter(says));
    },
    keepFieldsContaining(part) {
      return Object.fromEntries(Object.entries(this).filter(([, value]) => textOf(value).includes(part)));
    },
    removeFieldsContaining(part) {
      return Object.fromEntries(Object.entries(this).filter(([, value]) => !textOf(value).includes(part)));
    },
    urlEncode() {
      return Object.entries(this).map((pair) => pair.map((part) => encodeURIComponent(textOf(part))).join("=")).join("&");
    },
    toJsonString() { return JSON.stringify(this); },
  });
})
