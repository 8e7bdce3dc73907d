/** Data tables: listed, created, read page by page, deleted. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calls, startBrowser } from "./support/assistant.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const list = (page) => page.getByRole("list", { name: "Data tables" });
const dialog = (page) => page.getByRole("dialog", { name: "New data table" });

async function openTables(options = {}, tables = []) {
  const opened = await browser.home(options);
  await opened.page.evaluate((given) => {
    for (const [name, columns, rows] of given) window.__twin.tables.add(name, columns, rows);
  }, tables);
  await opened.page.getByText("Data tables", { exact: true }).click();
  await opened.page.getByRole("heading", { name: "Data tables" }).waitFor();
  return opened;
}

const CUSTOMERS = [
  "Customers",
  [
    { name: "name", kind: "text" },
    { name: "total", kind: "number" },
  ],
  100_000,
];

describe("data tables", () => {
  test("are created with columns; every mistake is at its field", async () => {
    const { page, context, errors } = await openTables({}, [["Orders", [{ name: "a", kind: "text" }], 0]]);
    await page.getByRole("button", { name: "New data table" }).click();
    await dialog(page).getByLabel("Name", { exact: true }).fill("ORDERS");
    await dialog(page).getByLabel("Name of column 1").fill("id");
    await dialog(page).getByRole("button", { name: "Add a column" }).click();
    await page.keyboard.type("x");
    await dialog(page).getByRole("button", { name: "Add a column" }).click();
    await page.keyboard.type("x");
    await page.keyboard.press("Enter");
    await dialog(page).getByText("There is a data table “ORDERS” already.").waitFor();
    await dialog(page).getByText("Every row has id already.").waitFor();
    await dialog(page).getByText("There are two columns x.").waitFor();
    await dialog(page).getByLabel("Name", { exact: true }).fill("Customers");
    await dialog(page).getByLabel("Name of column 1").fill("name");
    await dialog(page).getByLabel("Kind of column 2").selectOption("number");
    await dialog(page).getByRole("button", { name: "Remove column 3" }).click();
    await dialog(page).getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "Customers" }).waitFor();
    await page.getByText("No rows yet: workflows put them in.").waitFor();
    const columns = [
      { name: "name", kind: "text" },
      { name: "x", kind: "number" },
    ];
    assert.deepEqual((await calls(page, "create_table")).at(-1), { name: "Customers", columns });
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("of 100,000 rows show those in view, read page by page, first to last", async () => {
    const { page, context } = await openTables({}, [CUSTOMERS]);
    await list(page)
      .getByRole("button", { name: /^Customers/ })
      .press("Enter");
    await page.getByTestId("table-row").filter({ hasText: "name 1" }).first().waitFor();
    assert.ok((await page.getByTestId("table-row").count()) < 60);
    const rows = page.getByRole("region", { name: "Rows of Customers" });
    await rows.focus();
    await page.keyboard.press("End");
    await page.getByTestId("table-row").filter({ hasText: "999990" }).waitFor();
    const asked = await calls(page, "table_rows");
    assert.ok(asked.length <= 4, `${asked.length} pages were read`);
    assert.ok(asked.every(({ count }) => count <= 500));
    await page.getByRole("button", { name: "Back to data tables" }).click();
    await list(page).waitFor();
    await context.close();
  });

  test("say why rows cannot be read, and read them again", async () => {
    const { page, context } = await openTables({}, [CUSTOMERS]);
    await page.evaluate(() => {
      const error = { code: "store_unavailable", message: "It is away.", hint: "", retryable: true, problems: [] };
      window.__twin.fail("table_rows", error, 1);
    });
    await list(page)
      .getByRole("button", { name: /^Customers/ })
      .click();
    await page.getByText("It is away.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByTestId("table-row").filter({ hasText: "name 1" }).first().waitFor();
    await page.getByText("It is away.").waitFor({ state: "hidden" });
    await context.close();
  });

  test("are deleted for good after a question that says how much goes", async () => {
    const { page, context } = await openTables({ width: 900, height: 600 }, [CUSTOMERS]);
    await list(page).getByRole("button", { name: "Delete Customers" }).click();
    const question = page.getByRole("dialog", { name: "Delete this data table?" });
    await question.getByText(/with 100,000 rows/).waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "hidden" });
    await list(page).getByRole("button", { name: "Delete Customers" }).click();
    await question.getByRole("button", { name: "Delete" }).click();
    await page.getByText("No data tables yet").waitFor();
    await context.close();
  });
});
