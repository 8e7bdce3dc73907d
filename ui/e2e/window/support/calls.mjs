/**
 * Calls that fit the twin and the core alike, and the refusals a user meets. Each gets the workflow the test has made;
 * a third entry keeps of a result what both sides can have in common.
 */

/** Identifiers the core keeps as they are: it replaces what is no UUID by one that is. */
const [A, B, C, D, E, F, NOBODY] = [1, 2, 3, 4, 5, 6, 9].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);

const node = (id, connector_id, action_id, config = {}) => ({
  type: "add_node",
  id,
  connector_id,
  action_id,
  label: "A step",
  position: { x: 0, y: 0 },
  config,
});

const update = (node_id, changed) => ({ type: "update_node", node_id, ...changed });

function edit(base_version, ...actions) {
  return ["edit_workflow", (workflow_id) => ({ request: { workflow_id, base_version, actions } })];
}

const only = (name, more = {}) => [name, (workflow_id) => ({ workflow_id, ...more })];
const plain = (name, args = {}, view = undefined) => [name, () => args, view];
const nobodys = (name, more = {}) => plain(name, { workflow_id: NOBODY, ...more });

/** Edits that are stored, each the next version. */
const EDITS = [
  edit(1, node(A, "manual", "start"), node(B, "slack", "send_message", { channel: "#general", text: "Hello" })),
  edit(2, { type: "add_edge", id: E, source: A, target: B }),
  edit(3, update(B, { label: "Tell", config: { channel: "#x", text: null } })),
  edit(4, update(B, { position: { x: 40, y: 20.5 } })),
  edit(5, node("request", "http", "request"), { type: "add_edge", id: "out", source: B, target: "request" }),
  edit(6, { ...node(C, "if", "check"), label: " " }, { ...node(D, "if", "check"), label: "" }),
  edit(7, { type: "add_edge", id: F, source: A, target: C, source_handle: "" }),
  edit(8, { type: "delete_edge", source: A, target: C }),
  edit(9, update(B, { config: {} })),
  edit(10, { ...node(F, "http", "request", { url: "", headers: null }), position: { x: -1, y: 2 } }),
  edit(11, { type: "delete_node", node_id: F }, { type: "delete_node", node_id: D }),
];

/** Edits that are refused: every one is based on the version the edits above have led to. */
const REFUSED = [
  edit(1, { type: "delete_node", node_id: A }),
  edit(12),
  edit(12, node(D, "nothing", "at_all")),
  edit(12, node(D, "http", "nothing")),
  edit(12, node(A, "manual", "start")),
  edit(12, node(D, "http", "request", { nothing: 1, url: "ftp://x", method: "SHOUT", timeout: "soon" })),
  edit(12, { ...node(D, "manual", "start"), position: { x: 1e12, y: 0 } }),
  edit(12, node(D, "nothing", "at_all"), { type: "add_edge", id: F, source: A, target: D }),
  edit(12, update(NOBODY, { label: "x" })),
  edit(12, update(B, { config: { nothing: 1, channel: 5 } })),
  edit(12, { type: "delete_node", node_id: NOBODY }),
  edit(12, { type: "add_edge", id: F, source: B, target: B }),
  edit(12, { type: "add_edge", id: F, source: A, target: B }),
  edit(12, { type: "add_edge", id: F, source: B, target: A }),
  edit(12, { type: "add_edge", id: F, source: A, target: NOBODY }),
  edit(12, { type: "add_edge", id: F, source: NOBODY, target: NOBODY }),
  edit(12, { type: "add_edge", id: F, source: C, target: B }),
  edit(12, { type: "add_edge", id: F, source: C, target: B, source_handle: "maybe" }),
  edit(12, { type: "add_edge", id: F, source: C, target: B, source_handle: "true", target_handle: "side" }),
  edit(12, { type: "add_edge", id: E, source: A, target: C }),
  edit(
    12,
    { type: "add_edge", id: D, source: B, target: C },
    { type: "add_edge", id: F, source: C, target: B, source_handle: "true" },
  ),
  edit(12, { type: "delete_edge", edge_id: NOBODY }),
  edit(12, { type: "delete_edge", source: B, target: A }),
  edit(12, { type: "delete_edge", source: B }),
];

const VERSIONS = [
  ["run_workflow", (workflow_id) => ({ request: { workflow_id, scope: { type: "whole" } } })],
  only("undo"),
  only("undo"),
  only("redo"),
  only("undo"),
  only("undo"),
  only("redo"),
  only("restore_version", { version_number: 2 }),
  only("redo"),
  only("undo"),
  only("restore_version", { version_number: 99 }),
  only("restore_version", { version_number: 0 }),
  only("get_version", { version_number: 3 }),
  only("get_version", { version_number: 99 }),
  only("list_versions", { limit: 4 }),
  only("list_versions", { limit: 0 }),
  only("list_versions", { limit: 100 }),
  only("open_workflow"),
];

const ours = (list) => list.filter(({ name }) => /Contract|Orders/.test(name));

const WORKFLOWS = [
  only("rename_workflow", { name: "  Orders ", description: " What for " }),
  only("rename_workflow", { name: "  ", description: "" }),
  only("rename_workflow", { name: "x".repeat(201), description: "" }),
  plain("create_workflow", { name: " ", description: "" }),
  only("duplicate_workflow"),
  only("rename_workflow", { name: "x".repeat(200), description: "" }),
  only("duplicate_workflow"),
  only("rename_workflow", { name: "Orders", description: "" }),
  plain("list_workflows", {}, ours),
  only("restore_workflow"),
  only("delete_workflow"),
  only("delete_workflow"),
  only("open_workflow"),
  only("rename_workflow", { name: "Gone", description: "" }),
  only("history", { limit: null }),
  only("draft"),
  only("save_draft", { text: "x" }),
  plain("list_workflows", {}, ours),
  only("restore_workflow"),
  plain("list_workflows", {}, ours),
  ...["open_workflow", "duplicate_workflow", "delete_workflow", "restore_workflow"].map((name) => nobodys(name)),
  ...["undo", "redo", "thread", "clear_history"].map((name) => nobodys(name)),
  nobodys("history", { limit: null }),
  nobodys("draft"),
  nobodys("save_draft", { text: "" }),
  nobodys("list_versions", { limit: 5 }),
  plain("edit_workflow", { request: { workflow_id: NOBODY, base_version: 1, actions: [node(D, "manual", "start")] } }),
];

const ask = (request) => (workflow_id) => ({ request: { workflow_id, message: "Hello", ...request } });

const CONVERSATION = [
  only("draft"),
  only("save_draft", { text: "half a sentence" }),
  only("draft"),
  only("save_draft", { text: "" }),
  only("draft"),
  only("history", { limit: null }),
  only("thread"),
  only("clear_history"),
  ["chat", ask({ message: "  ", llm_provider: "nobody", model: " " })],
  ["chat", ask({ message: "\u200b" })],
  ["chat", ask({ message: "x".repeat(100_001) })],
  ["chat", ask({ llm_provider: "openai" })],
  ["chat", ask({ workflow_id: NOBODY })],
  only("history", { limit: null }),
  ["preview_payload", ask({ message: " " })],
  plain("stop", { turn_id: NOBODY }),
  plain("sent_payloads", { message_id: NOBODY }),
  plain("preview_proposal", { message_id: NOBODY, indexes: null }),
  plain("reject_proposal", { request: { message_id: NOBODY, indexes: [0] } }),
];

const settings = (more) => ({
  settings: {
    default_provider: "builtin",
    providers: {},
    theme: "system",
    webhooks: { port: 5680, open: false, hosts: [] },
    knows_closing: false,
    max_output_tokens: 16_384,
    context_tokens: 32_768,
    ...more,
  },
});
const key = (provider, text, session_only = true) => ({ provider, key: text, session_only });

const MACHINE = [
  plain("status", {}, (status) => ({ ...status, data_folder: typeof status.data_folder })),
  plain("catalog"),
  plain("get_settings"),
  plain("list_providers"),
  plain("keychain_state"),
  plain(
    "save_settings",
    settings({
      default_provider: "nobody",
      max_output_tokens: 1,
      context_tokens: 4_000_000,
      providers: { openai: { base_url: "ftp://x", model: " " }, nobody: { base_url: null, model: null } },
    }),
  ),
  plain("save_settings", settings({ theme: "dark", providers: { ollama: { base_url: null, model: "qwen3" } } })),
  plain("get_settings"),
  plain("list_models", { provider: "builtin" }),
  plain("list_models", { provider: "openai" }),
  plain("list_models", { provider: "nobody" }),
  plain("list_models", { provider: "custom" }),
  plain("set_key", key("openai", " \n")),
  plain("set_key", key("openai", "two words")),
  plain("set_key", key("nobody", "sk-1")),
  plain("set_key", key("builtin", "sk-1")),
  plain("set_key", key("openai", "sk-contract")),
  plain("set_key", key("anthropic", "sk-contract", false)),
  plain("list_providers"),
  plain("keychain_state"),
  plain("remove_key", { provider: "anthropic" }),
  plain("remove_key", { provider: "openai" }),
  plain("remove_key", { provider: "nobody" }),
  plain("open_link", { url: "file:///etc/passwd" }),
  plain("open_link", { url: "not an address" }),
];

const MIB = 2 ** 20;
const budget = (bytes, runs, keep_success_data) => ({ budget: { bytes, runs, keep_success_data } });

/** What is set for all runs: variables, and the room that runs may take. */
const RUNS = [
  plain("set_variable", { name: "base", value: "https://example.com" }),
  plain("set_variable", { name: "rates", value: { EUR: [1, null], USD: 1.08 } }),
  plain("set_variable", { name: "base", value: false }),
  plain("set_variable", { name: "1st", value: 1 }),
  plain("set_variable", { name: "a".repeat(65), value: 1 }),
  plain("set_variable", { name: "large", value: "x".repeat(66_000) }),
  plain("rename_variable", { name: "base", new_name: "rates" }),
  plain("rename_variable", { name: "base", new_name: "a b" }),
  plain("rename_variable", { name: "gone", new_name: "here" }),
  plain("rename_variable", { name: "rates", new_name: "_rates" }),
  plain("delete_variable", { name: "base" }),
  plain("delete_variable", { name: "base" }),
  plain("list_variables"),
  plain("run_room"),
  plain("set_run_budget", budget(1, 1, true)),
  plain("set_run_budget", budget(5 * MIB, 9, true)),
  plain("set_run_budget", budget(5 * MIB, 20, false)),
  plain("run_room"),
  plain("cancel_authorization", { credential_id: NOBODY }),
];

/** All of them, in the order in which they are made. */
export const CALLS = [...EDITS, ...REFUSED, ...VERSIONS, ...WORKFLOWS, ...CONVERSATION, ...MACHINE, ...RUNS];
