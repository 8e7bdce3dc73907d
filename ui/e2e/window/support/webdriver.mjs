/**
 * A small WebDriver client (https://www.w3.org/TR/webdriver2/) over fetch: what these tests need and nothing more.
 */

/** The key under which WebDriver names an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Keys that are not characters, by the code points WebDriver gives them. */
export const Key = {
  Enter: "\uE007",
  Escape: "\uE00C",
  Tab: "\uE004",
  Backspace: "\uE003",
  Delete: "\uE017",
  Control: "\uE009",
  Shift: "\uE008",
  ArrowDown: "\uE015",
  ArrowUp: "\uE013",
};

/** One window under a driver's control. */
export class Session {
  #base;

  /** Opens a session on the driver at `driverUrl` with these capabilities. */
  static async open(driverUrl, capabilities) {
    const { sessionId } = await request("POST", `${driverUrl}/session`, {
      capabilities: { alwaysMatch: capabilities },
    });
    return new Session(`${driverUrl}/session/${sessionId}`);
  }

  constructor(base) {
    this.#base = base;
  }

  /** Ends the session and the application with it. */
  close() {
    return request("DELETE", this.#base);
  }

  /** Loads the page again, as a user's reload does. */
  reload() {
    return request("POST", `${this.#base}/refresh`, {});
  }

  /** Runs a function in the page and returns its result, which must be JSON or an element. */
  execute(script, ...args) {
    const body = `return (${script}).apply(null, arguments)`;
    return request("POST", `${this.#base}/execute/sync`, { script: body, args });
  }

  /** Runs an async function in the page; a rejection comes back as an error. */
  async executeAsync(script, ...args) {
    const body = `const done = arguments[arguments.length - 1];
      (${script}).apply(null, [...arguments].slice(0, -1))
        .then((value) => done({ value }), (error) => done({ error }));`;
    const { value, error } = await request("POST", `${this.#base}/execute/async`, { script: body, args });
    if (error !== undefined) throw Object.assign(new Error(`in the page: ${JSON.stringify(error)}`), { page: error });
    return value;
  }

  /** Clicks the middle of an element with the mouse. */
  click(element) {
    return request("POST", `${this.#base}/element/${element[ELEMENT]}/click`, {});
  }

  /** Types text or keys into an element. */
  type(element, text) {
    return request("POST", `${this.#base}/element/${element[ELEMENT]}/value`, { text });
  }

  /** Presses keys wherever the focus is; held together in the order given, released backwards. */
  press(...keys) {
    const down = keys.map((value) => ({ type: "keyDown", value }));
    const up = keys.toReversed().map((value) => ({ type: "keyUp", value }));
    return this.#perform({ type: "key", id: "keyboard", actions: [...down, ...up] });
  }

  /** Drags with the left button from one point of the page to another. */
  drag(from, to) {
    const move = (point, duration) => ({
      type: "pointerMove",
      origin: "viewport",
      duration,
      x: Math.round(point.x),
      y: Math.round(point.y),
    });
    const half = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const actions = [
      move(from, 0),
      { type: "pointerDown", button: 0 },
      move(half, 80),
      move(to, 80),
      { type: "pointerUp", button: 0 },
    ];
    return this.#perform({ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions });
  }

  #perform(...actions) {
    return request("POST", `${this.#base}/actions`, { actions });
  }
}

async function request(method, url, body) {
  const response = await fetch(url, {
    method,
    body: body && JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}
