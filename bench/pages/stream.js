/** The least a page can do to show a model's stream: read, cut into lines, append. No Markdown, no actions, no record. */

const article = document.querySelector("article");
let paragraph;

/** Asks once and appends what comes; resolves at the end. */
window.ask = async () => {
  paragraph = article.appendChild(document.createElement("p"));
  const { body } = await fetch("/v1/chat/completions", { method: "POST", body: "{}" });
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data: {")) show(JSON.parse(line.slice(6)));
  }
};

function show({ choices: [{ delta }] }) {
  if (delta.content === undefined) return;
  paragraph.append(delta.content);
  if (delta.content.endsWith("\\n\\n")) paragraph = article.appendChild(document.createElement("p"));
}
