/** The same work twice: as a workflow of Bridge and as a flow of Node-RED. */

const PATH = "bench";

/** Ten nodes behind a webhook, which answers with what the last one puts out. */
export function tenNodes() {
  const nodes = [webhook("after_last_node")];
  for (let index = 1; index < 9; index += 1) {
    nodes.push(
      index === 4
        ? node(index, "if", "check", {
            conditions: [{ left: "={{ $json.body.amount }}", operator: "greater_than", right: 1 }],
          })
        : node(index, "set", "set_fields", { fields: { [`field${index}`]: "={{ $json.body.amount }}" } }),
    );
  }
  nodes.push(node(9, "set", "set_fields", { fields: { done: true }, keep_other_fields: false }));
  return { name: "Ten nodes", nodes, edges: line(nodes) };
}

/** The list of a request taken apart, two fields set, those that do not fit left out, and counted. */
export function manyItems() {
  const nodes = [
    webhook("after_last_node"),
    node(1, "split_out", "split", { field: "body.items" }),
    node(2, "set", "set_fields", { fields: { double: "={{ $json.n }}", tag: "x" } }),
    node(3, "filter", "keep", { conditions: [{ left: "={{ $json.n }}", operator: "greater_or_equal", right: 0 }] }),
    node(4, "aggregate", "summarize", { calculations: [{ operation: "count", into: "count" }] }),
  ];
  return { name: "Many items", nodes, edges: line(nodes) };
}

function webhook(respond) {
  return node(0, "webhook", "receive", { path: PATH, respond }, "trigger");
}

function node(index, connector_id, action_id, config, type = connector_id === "if" ? "condition" : "action") {
  return {
    id: `n${index}`,
    type,
    position: { x: index * 280, y: 0 },
    data: { label: `${connector_id} ${index}`, connector_id, action_id, config },
  };
}

function line(nodes) {
  return nodes.slice(1).map((target, index) => ({ id: `e${index}`, source: nodes[index].id, target: target.id }));
}

/** The same for Node-RED: change and switch nodes between its own HTTP nodes. */
export function tenNodesInNodeRed() {
  const steps = Array.from({ length: 7 }, (_, index) => change(`c${index}`, `payload.field${index}`, "payload.amount"));
  steps.splice(3, 0, {
    type: "switch",
    property: "payload.amount",
    propertyType: "msg",
    rules: [{ t: "gt", v: "1", vt: "num" }],
    checkall: "true",
    outputs: 1,
  });
  return flow("/ten", steps);
}

export function manyItemsInNodeRed() {
  const steps = [
    { type: "change", rules: [{ t: "set", p: "payload", pt: "msg", to: "payload.items", tot: "msg" }] },
    { type: "split", arraySplt: 1, arraySpltType: "len", splt: "\\n", spltType: "str" },
    {
      type: "change",
      rules: [
        { t: "set", p: "payload.double", pt: "msg", to: "payload.n", tot: "msg" },
        { t: "set", p: "payload.tag", pt: "msg", to: "x", tot: "str" },
      ],
    },
    {
      type: "switch",
      property: "payload.n",
      propertyType: "msg",
      rules: [{ t: "gte", v: "0", vt: "num" }],
      checkall: "true",
      outputs: 1,
    },
    { type: "join", mode: "auto", build: "array", accumulate: false },
    {
      type: "change",
      rules: [{ t: "set", p: "payload", pt: "msg", to: '{"count": $count(payload)}', tot: "jsonata" }],
    },
  ];
  return flow("/many", steps);
}

function change(id, to, from) {
  return { id, type: "change", rules: [{ t: "set", p: to, pt: "msg", to: from, tot: "msg" }] };
}

function flow(url, steps) {
  const tab = `tab${url.slice(1)}`;
  const all = [{ type: "http in", url, method: "post" }, ...steps, { type: "http response", statusCode: "200" }].map(
    (step, index) => ({ ...step, id: `${tab}${index}`, z: tab, x: 100 + index * 120, y: 80 }),
  );
  for (const [index, step] of all.entries()) step.wires = index + 1 < all.length ? [[all[index + 1].id]] : [];
  return [{ id: tab, type: "tab", label: tab }, ...all];
}
