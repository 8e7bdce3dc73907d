// Runs the user's functions over the items and turns what they give into JSON text. The application reads that text
// without trust, so nothing here protects anything; it only says clearly what is wrong.
(function (scope) {
  "use strict";
  const { stringify } = JSON;
  const { state } = scope;
  const isArray = Array.isArray;
  const InternalFault = InternalError;

  const describe = (error) => {
    try {
      if (error instanceof Error) {
        const message = String(error.message) || String(error.name);
        return message.slice(0, 2000);
      }
      // The interpreter itself throws null when no room is left even for an error.
      if (error === null) return "null was thrown, or its memory ran out";
      return String(typeof error === "object" ? stringify(error) : error).slice(0, 2000);
    } catch {
      return "Something was thrown that cannot be shown.";
    }
  };
  const failure = (error, file) => {
    const message = describe(error);
    let line = 0, column = 0, hint;
    try {
      if (typeof error?.hint === "string") hint = error.hint.slice(0, 1000);
      const place = new RegExp(`\\b${file}:(\\d+):(\\d+)`).exec(String(error?.stack ?? ""));
      // The user's text begins in the second line of what is compiled.
      if (place) [line, column] = [place[1] - 1, +place[2]];
    } catch {}
    const memory = error instanceof InternalFault && message === "out of memory";
    return { kind: memory ? "memory" : "thrown", message, line, column, hint };
  };

  // JSON has no single halves of surrogate pairs.
  const wellFormed = (_, value) => (typeof value === "string" ? value.toWellFormed() : value);
  const big = (_, value) => {
    if (typeof value === "bigint") return value.toString();
    return typeof value === "string" ? value.toWellFormed() : value;
  };
  const toText = (value) => {
    let text;
    try {
      text = stringify(value);
    } catch (error) {
      if (!String(error?.message).includes("BigInt") && !String(error?.message).includes("bigint")) throw error;
      return stringify(value, big);
    }
    return text !== undefined && text.includes("\\ud") ? stringify(value, wellFormed) : text;
  };

  const one = (run) => {
    try {
      const value = run();
      if (typeof value?.then === "function") {
        throw new Error("The expression gives a promise. Expressions do not wait: use a code node");
      }
      const text = typeof value === "function" ? undefined : toText(value);
      return text === undefined ? "{}" : `{"value":${text}}`;
    } catch (error) {
      return `{"failure":${stringify(failure(error, "expression"))}}`;
    }
  };

  const isObject = (value) => typeof value === "object" && value !== null && !isArray(value);
  const kindOf = (value) => (value === null ? "null" : isArray(value) ? "a list" : `a ${typeof value}`);

  const itemText = (value, sources, own, number) => {
    if (!isObject(value)) {
      throw new Error(`Item ${number} of the result is ${kindOf(value)}. Return objects, such as {json: {name: "Ada"}}`);
    }
    const wrapped = Object.hasOwn(value, "json");
    const json = wrapped ? value.json : value;
    // What JSON makes of it decides: a date, for example, becomes a text.
    const text = isObject(json) ? toText(json) : undefined;
    if (text === undefined || text[0] !== "{") {
      throw new Error(`\`json\` of item ${number} of the result is ${kindOf(json)}. It must be an object`);
    }
    const binary = wrapped && isObject(value.binary) ? `,"binary":${toText(value.binary)}` : "";
    return `{"item":{"json":${text}${binary}},"from":[${from(value, json, sources, own)}]}`;
  };
  // Places of the items it came from, behind commas.
  const from = (value, json, sources, own) => {
    const known = own ?? sources.get(value) ?? sources.get(json);
    if (known !== undefined) return String(known);
    const links = value.pairedItem === undefined ? [] : [value.pairedItem].flat();
    const places = links.map((link) => (isObject(link) ? link.item : link));
    if (places.length > 0) return places.filter((place) => Number.isInteger(place) && place >= 0).join(",");
    return state.items.length === 1 ? "0" : "";
  };

  const outcome = async (work, limit) => {
    const parts = [];
    let size = 0;
    const put = (text) => {
      size += text.length;
      if (size > limit) throw { tooMuch: true };
      parts.push(text);
    };
    try {
      await work(put);
      return `{"items":[${parts.join(",")}]}`;
    } catch (error) {
      if (error?.tooMuch === true) return `{"failure":{"kind":"output","message":""}}`;
      const item = work.each ? state.index : null;
      return `{"failure":${stringify({ ...failure(error, "code"), item })}}`;
    }
  };
  const forAll = (run, sources) => async (put) => {
    const result = await run();
    if (result === undefined || result === null) {
      throw new Error("The code returns nothing. Return a list of items, such as `return $input.all()`");
    }
    const list = isArray(result) ? result : [result];
    for (let at = 0; at < list.length; at++) put(itemText(list[at], sources, undefined, at));
  };
  const forEach = (run, sources) => async (put) => {
    for (state.index = 0; state.index < state.items.length; state.index++) {
      const result = await run();
      if (result === undefined || result === null) continue;
      if (isArray(result)) throw new Error("The code returns a list. Return one object for each item");
      put(itemText(result, sources, state.index, state.index));
    }
  };

  return {
    expressions(functions, limit) {
      const count = Math.max(state.items.length, 1);
      const rows = [];
      let size = 0;
      for (state.index = 0; state.index < count; state.index++) {
        const row = [];
        for (let at = 0; at < functions.length; at++) {
          const text = one(functions[at]);
          size += text.length;
          if (size > limit) return `{"failure":{"kind":"output","message":""}}`;
          row[at] = text;
        }
        rows[state.index] = `[${row.join(",")}]`;
      }
      return `{"rows":[${rows.join(",")}]}`;
    },
    code(run, each, limit) {
      state.whole = !each;
      const sources = new Map();
      state.items.forEach((item, at) => sources.set(item, at).set(item.json, at));
      const work = (each ? forEach : forAll)(run, sources);
      work.each = each;
      return outcome(work, limit);
    },
  };
})
