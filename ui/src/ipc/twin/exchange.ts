/**
 * The twin's files: Bridge's own format as the core reads it; of n8n's, every node is kept as one that Bridge does not have.
 * What becomes of n8n's types is the core's to know.
 */
import type { Definition } from "../../bindings/Definition";
import type { ImportedWorkflow } from "../../bindings/ImportedWorkflow";
import type { ImportNotice } from "../../bindings/ImportNotice";
import type { Node } from "../../bindings/Node";
import type { NodeSettings } from "../../bindings/NodeSettings";
import { EMPTY_GRAPH, fromDefinition, toDefinition } from "../../graph/graph";
import type { Part } from "./part";
import { problemsOf } from "./validate";
import { coreError, invalidInput, type World } from "./world";

/** What the twin wrote, and what the user chooses in the dialog. */
export class Files {
  /** Text by path. */
  readonly written = new Map<string, string>();
  /** Where the next file goes; null when the user closes the dialog. */
  chosen: string | null = "/home/me/workflow.json";
}

const known = new WeakMap<World, Files>();

/** The files of a twin. */
export function filesOf(world: World): Files {
  const found = known.get(world) ?? new Files();
  known.set(world, found);
  return found;
}

/** What is read of a node of n8n. */
interface Foreign {
  name: string;
  type: string;
  typeVersion?: number;
  position?: [number, number];
  parameters?: Record<string, unknown>;
}

/** What is read of a file. */
interface Read {
  name?: string;
  description?: string;
  nodes?: unknown[];
  edges?: unknown[];
  connections?: Record<string, { main?: { node: string }[][] }>;
  credentials?: { node: string; kind: string; name: string }[];
}

/** Commands on files. */
export function exchangeCommands(world: World): Part {
  return {
    commands: {
      import_workflows: ({ file, name }) => {
        const content = parsed(new TextDecoder().decode(Uint8Array.from(atob(file), (one) => one.charCodeAt(0))));
        const all = (Array.isArray(content) ? content : [content]).map((one) => imported(world, one as Read, name));
        for (const { workflow } of all) world.changed("workflow", workflow.id);
        return all;
      },
      export_workflow: ({ workflow_id }) => {
        const entry = world.workflow(workflow_id);
        const { chosen, written } = filesOf(world);
        if (chosen === null) return null;
        const { name, description } = entry.workflow;
        const about = description === "" ? { name } : { name, description };
        const { nodes, edges } = toDefinition(world.graph(entry));
        const file = { format: "bridge-workflow", version: 1, ...about, nodes: nodes.map(unlinked), edges };
        written.set(chosen, `${JSON.stringify(file, null, 2)}\n`);
        return chosen;
      },
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal("The file is not JSON.");
  }
}

function refusal(message: string) {
  return coreError("invalid_input", message, "Choose a workflow that was exported from Bridge or n8n as JSON.", [
    { path: "workflow", code: "malformed", message },
  ]);
}

function imported(world: World, read: Read, name: string): ImportedWorkflow {
  if (!Array.isArray(read?.nodes)) throw refusal("This is not a workflow.");
  const { definition, notices } = read.connections ? foreign(read) : own(read);
  const action = { type: "generate_workflow", definition } as const;
  const problems = problemsOf(world.catalog, EMPTY_GRAPH, [action], "draft").flat();
  const fatal = problems.filter(({ code }) => !["unknown_connector", "unknown_action"].includes(code));
  if (fatal.length > 0) throw invalidInput(fatal);
  const { workflow } = world.create(read.name?.trim() || name, read.description ?? "", fromDefinition(definition), {
    type: "import",
  });
  return { workflow, notices };
}

function own(read: Read): { definition: Definition; notices: ImportNotice[] } {
  const nodes = (read.nodes as Node[]).map(unlinked);
  const notices = (read.credentials ?? []).map(({ node, kind, name }) => ({
    node_id: node,
    node_label: nodes.find(({ id }) => id === node)?.data.label ?? "",
    message: `It used the credential “${name}” (${kind}).`,
    hint: "Choose a credential in the node's settings.",
  }));
  return { definition: { nodes, edges: (read.edges ?? []) as Definition["edges"] }, notices };
}

/** Identifiers of credentials mean nothing elsewhere. */
function unlinked(node: Node): Node {
  const { settings, ...data } = node.data;
  if (settings === undefined) return node;
  const { credential_id: _, ...others } = settings;
  // A definition holds only what differs from the defaults.
  const left = Object.keys(others).length > 0 ? { settings: others as NodeSettings } : {};
  return { ...node, data: { ...data, ...left } };
}

function foreign(read: Read): { definition: Definition; notices: ImportNotice[] } {
  const all = read.nodes as Foreign[];
  const nodes = all.map(({ name, type, typeVersion = 1, position = [0, 0], parameters = {} }, place): Node => {
    const config = { type, type_version: typeVersion, parameters };
    return {
      id: `node-${place + 1}`,
      type: type.endsWith("Trigger") ? "trigger" : "action",
      position: { x: position[0] * 1.5, y: position[1] },
      data: { label: name, connector_id: "n8n", action_id: type, config },
    };
  });
  const id = (name: string) => nodes.find((node) => node.data.label === name)?.id ?? "";
  const links = Object.entries(read.connections ?? {}).flatMap(([source, { main = [] }]) =>
    main.flat().map((link) => ({ source: id(source), target: id(link.node) })),
  );
  const notices = nodes.map(({ id: node_id, data }) => ({
    node_id,
    node_label: data.label,
    message: `Bridge has no counterpart of “${data.action_id}”; it was kept as it is and cannot run.`,
    hint: "Replace it by other nodes, or disable it.",
  }));
  return { definition: { nodes, edges: links.map((link, place) => ({ id: `e${place + 1}`, ...link })) }, notices };
}
