/** What the tests of running do and ask. */

/** Finds a node of the open workflow by its label. */
const idOf = (page, label) =>
  page.evaluate(
    (wanted) =>
      [...window.__stores.useEditor.getState().graph.nodes.values()].find(({ data }) => data.label === wanted)?.id,
    label,
  );

/** Keeps a credential for sending mail. Returns its identifier. */
export const keepMail = (page) =>
  page.evaluate(async () => {
    const fields = {
      host: "mail.example.com",
      user: "shop",
      password: "only the twin sees it",
      from: "shop@example.com",
    };
    const draft = { name: "Mail", kind: "smtp", hosts: [], fields, session_only: false };
    return (await window.__transport.call("create_credential", { draft })).id;
  });

/** A page with the sample workflow, complete, with the assistant away. */
export async function openRunnable(browser, options = {}) {
  const opened = await browser.open({ workflow: "New order to warehouse", ...options });
  const { page } = opened;
  await page.keyboard.press("Control+j");
  await page.evaluate(
    async (credential_id) => {
      const { graph, submit } = window.__stores.useEditor.getState();
      const mail = [...graph.nodes.values()].find(({ data }) => data.connector_id === "email");
      const config = { subject: "Thanks", body: "Yours" };
      await submit([{ type: "update_node", node_id: mail.id, config, settings: { credential_id } }]);
    },
    await keepMail(page),
  );
  await setPace(page, 20);
  return opened;
}

/** Milliseconds each step takes from now on. */
export const setPace = (page, pace) =>
  page.evaluate((value) => Object.assign(window.__twin.runs, { pace: value }), pace);

/** The node puts out these items from now on. */
export async function give(page, label, items) {
  await page.evaluate(([id, list]) => window.__twin.runs.give(id, list), [await idOf(page, label), items]);
}

/** The node puts out this many items with an id, a total and an address. */
export async function giveMany(page, label, count) {
  await page.evaluate(
    ([id, length]) =>
      window.__twin.runs.give(
        id,
        Array.from({ length }, (_, index) => ({
          json: {
            id: index,
            total: index * 10,
            email: `customer${index}@example.com`,
            customer: { name: `N${index}` },
          },
        })),
      ),
    [await idOf(page, label), count],
  );
}

/** The node fails the next time it runs. */
export async function failNext(page, label, failure) {
  await page.evaluate(([id, what]) => window.__twin.runs.failNext(id, what), [await idOf(page, label), failure]);
}

/** The next time the node runs, nobody knows what came of it. */
export async function interruptNext(page, label) {
  await page.evaluate((id) => window.__twin.runs.interruptNext(id), await idOf(page, label));
}

/** Starts the run with the keyboard. */
export const runNow = (page) => page.keyboard.press("Control+Enter");

/** Waits until the shown run is in this state. */
export const runIs = (page, status, timeout = 15_000) =>
  page.waitForFunction((wanted) => window.__stores.useRuns.getState().view.run?.status === wanted, status, { timeout });

/** State of each node that ran, by label. */
export function states(page) {
  return page.evaluate(() => {
    const { graph } = window.__stores.useEditor.getState();
    const { nodes } = window.__stores.useRuns.getState().view;
    return Object.fromEntries([...nodes].map(([id, { status }]) => [graph.nodes.get(id)?.data.label ?? id, status]));
  });
}

/** The run panel. */
export const panel = (page) => page.getByRole("region", { name: "Run", exact: true });

/** A step of the list, by the label of its node. */
export const step = (page, label) => panel(page).getByTestId("step").filter({ hasText: label });

/** Input or output of the selected step. */
export const pane = (page, name) => panel(page).getByRole("region", { name, exact: true });

/** The text of the clipboard. */
export const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
