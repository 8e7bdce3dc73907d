// What expressions and code can name: $json, $input, $('Name') and the others. Evaluated once in each fresh interpreter,
// before any code of the user. `host.ask` is the only way out: it asks the application for other nodes' items.
(function (host, times) {
  "use strict";
  const { time, isTime, setZone } = times;
  const { parse } = JSON;
  const { defineProperty, freeze } = Object;
  // `items` are those of the batch; `whole` says that there are no others.
  const state = { items: [], whole: false, index: 0, values: {} };
  const asked = new Map();

  const refuse = ({ message, hint }) => {
    throw Object.assign(new Error(message), { hint });
  };
  // Without a node: of the step's own input.
  const ask = (node, reach, output) => {
    const key = node === undefined ? reach : `${reach} ${output} ${node}`;
    if (!asked.has(key)) {
      const answer = parse(host.ask(node, reach, output));
      if (reach === "all") answer.value?.forEach(withNames);
      else if (reach === "first" || reach === "last") withNames(answer.value);
      asked.set(key, answer);
    }
    const answer = asked.get(key);
    return answer.refused === undefined ? answer.value : refuse(answer.refused);
  };

  const withNames = (item) => {
    for (const file of Object.values(item?.binary ?? {})) {
      const dot = file.file_name.lastIndexOf(".");
      const names = {
        mimeType: file.mime_type,
        fileName: file.file_name,
        fileSize: file.size,
        fileExtension: dot < 0 ? undefined : file.file_name.slice(dot + 1),
      };
      for (const name in names) defineProperty(file, name, { value: names[name], configurable: true, writable: true });
    }
    return item;
  };
  const reachOutput = (reach, node, output) => {
    const value = ask(node, reach, output ?? 0);
    // A list of one's own, to sort or cut.
    return reach === "all" ? value.slice() : value ?? undefined;
  };

  const current = () => state.items[state.index];
  const paired = (node, index) => {
    const list = ask(node, "paired", 0);
    const entry = list[index];
    if (entry === undefined) throw new Error(`There is no current item, so no item of “${node}” belongs to it.`);
    if (entry.error !== undefined) refuse(entry.error);
    return withNames(entry.item);
  };
  const parametersOf = (node) => ask(node, "parameters", 0);
  // What is not here says so, and what to write instead.
  const refuseAbsent = (target, list, prefix) => {
    for (const [name, hint] of list) {
      const set = (value) => defineProperty(target, name, { value, configurable: true, writable: true });
      const get = () => refuse({ message: `${prefix}${name} is not here.`, hint });
      defineProperty(target, name, { get, set, configurable: true });
    }
    return target;
  };

  const nodeView = (name) => {
    const node = String(name);
    return freeze(refuseAbsent({
      get item() { return paired(node, state.index); },
      get json() { return paired(node, state.index).json; },
      get binary() { return paired(node, state.index).binary ?? {}; },
      get isExecuted() { return ask(node, "run", 0); },
      get params() { return parametersOf(node); },
      first: (output) => reachOutput("first", node, output),
      last: (output) => reachOutput("last", node, output),
      all: (output) => reachOutput("all", node, output),
      itemMatching: (index) => paired(node, index),
      pairedItem: (index) => paired(node, index ?? state.index),
    }, host.ofNodes, `$('${node}').`));
  };

  const input = freeze(refuseAbsent({
    get item() { return current(); },
    get params() { return parametersOf(undefined); },
    first: () => (state.whole ? state.items[0] : reachOutput("first")),
    last: () => (state.whole ? state.items[state.items.length - 1] : reachOutput("last")),
    all: () => (state.whole ? state.items : reachOutput("all")),
  }, host.ofNodes, "$input."));

  const extreme = (pick) => (...values) => pick(...values.flat().map(Number));
  const isEmpty = (value) =>
    value === undefined || value === null || value === "" ||
    (typeof value === "object" && !(value instanceof Date) && !isTime(value) &&
      Object.keys(value).length === 0);

  const silent = () => {};
  const search = (data, query) => {
    const text = JSON.stringify(data);
    return text === undefined ? undefined : parse(host.search(text, String(query)));
  };
  const constants = {
    $: nodeView,
    $input: input,
    $node: new Proxy(freeze({}), {
      get: (_, name) => (typeof name === "string" ? nodeView(name) : undefined),
    }),
    $items: (node, output) => (node === undefined ? input.all() : reachOutput("all", String(node), output)),
    $env: freeze({}),
    $if: (condition, yes, no) => (condition ? yes : no),
    $ifEmpty: (value, other) => (isEmpty(value) ? other : value),
    $isEmpty: isEmpty,
    $max: extreme(Math.max),
    $min: extreme(Math.min),
    $jmespath: search,
    $jmesPath: search,
    console: freeze({ log: silent, info: silent, warn: silent, error: silent, debug: silent, trace: silent }),
  };
  let started, today, loaded;
  const urls = () => (loaded ??= host.urls()[0](host));
  // Times never change, so all items can have the same one.
  const now = () => (started ??= time().at(state.values.now, state.values.zone));
  const readings = {
    $json: () => current()?.json ?? {},
    $binary: () => current()?.binary ?? {},
    $itemIndex: () => (state.values.first ?? 0) + state.index,
    $runIndex: () => state.values.runIndex,
    $prevNode: () => ask(undefined, "previous", 0),
    $now: () => now(),
    $today: () => (today ??= now().startOf("day")),
    URL: () => urls().URL,
    URLSearchParams: () => urls().URLSearchParams,
    DateTime: () => time().DateTime,
    Duration: () => time().Duration,
    $execution: () => state.values.execution,
    $workflow: () => state.values.workflow,
    $vars: () => state.values.variables,
    items: () => input.all(),
    item: () => current(),
  };
  for (const name in constants) {
    defineProperty(globalThis, name, { value: constants[name], configurable: true, writable: true });
  }
  for (const name in readings) {
    const set = (value) => defineProperty(globalThis, name, { value, configurable: true, writable: true });
    defineProperty(globalThis, name, { get: readings[name], set, configurable: true });
  }
  refuseAbsent(globalThis, host.names, "");

  return {
    state,
    begin(values, items) {
      state.values = values;
      state.items = items;
      for (const item of items) if (item.binary) withNames(item);
      refuseAbsent(values.execution, host.ofExecution, "$execution.");
      setZone(values.zone);
    },
  };
})
