/** A block of code with its language and a button that copies it. */
import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { Element, ElementContent } from "hast";
import type { ReactNode } from "react";
import classes from "./Markdown.module.css";

interface Props {
  node: Element | undefined;
  children: ReactNode;
}

/** Draws code. */
export function CodeBlock({ node, children }: Props) {
  const code = node?.children[0];
  return (
    <div className={classes.code}>
      <div className={classes.codeHeader}>
        <span>{languageOf(code)}</span>
        <CopyButton value={code === undefined ? "" : textOf(code).replace(/\n$/, "")} timeout={1500}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? "Copied" : "Copy code"}>
              <ActionIcon size={22} aria-label={copied ? "Copied" : "Copy code"} onClick={copy}>
                {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keyboard */}
      <pre tabIndex={0}>{children}</pre>
    </div>
  );
}

function languageOf(code: ElementContent | undefined): string {
  const names = code?.type === "element" ? code.properties.className : undefined;
  const name = Array.isArray(names) ? names.find((one) => String(one).startsWith("language-")) : undefined;
  return name === undefined ? "Code" : String(name).slice("language-".length, 40);
}

function textOf(node: ElementContent): string {
  if (node.type === "text") return node.value;
  return node.type === "element" ? node.children.map(textOf).join("") : "";
}
