/**
 * Text of a model as Markdown, safely: HTML is shown as text, pictures come from data only, links ask before they open.
 * Drawn in blocks that are parsed once each.
 */
import { memo, useState } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeHighlight from "rehype-highlight";
import remarkGfm from "remark-gfm";
import { CodeBlock } from "./CodeBlock";
import { Link } from "./Link";
import { limitDepth } from "./limitDepth";
import classes from "./Markdown.module.css";
import { PlainOnError } from "./PlainOnError";

/** Blocks drawn at once; the others are one click away. */
const SHOWN_BLOCKS = 40;

/** A line of more containers than a person writes: the parser takes quadratic time for it. */
const TOO_NESTED = /^(?:[ \t]*(?:>|[-*+] |\d{1,9}[.)] )){33}/m;

const REMARK = [remarkGfm];
const PLAIN = [limitDepth];
const HIGHLIGHTED: NonNullable<Parameters<typeof ReactMarkdown>[0]["rehypePlugins"]> = [
  limitDepth,
  [rehypeHighlight, { detect: false }],
];

const COMPONENTS: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  img: ({ src, alt }) => <Picture src={typeof src === "string" ? src : ""} alt={alt ?? ""} />,
  pre: ({ children, node }) => <CodeBlock node={node}>{children}</CodeBlock>,
  table: ({ children }) => (
    <div className={classes.scroll}>
      <table>{children}</table>
    </div>
  ),
  input: ({ checked }) => <input type="checkbox" checked={checked === true} readOnly disabled />,
};

interface Props {
  /** The text, cut by `state/blocks`. */
  blocks: readonly string[];
  /** The last block is still growing: it is drawn without highlighting, and the newest blocks are the ones shown. */
  growing?: boolean;
}

/** Draws Markdown. */
export const Markdown = memo(function Markdown({ blocks, growing = false }: Props) {
  const [limit, setLimit] = useState(SHOWN_BLOCKS);
  // What was read while it grew stays in view when it has ended.
  const [fromEnd] = useState(growing);
  const hidden = Math.max(0, blocks.length - limit);
  const first = fromEnd ? hidden : 0;
  const shown = blocks.slice(first, first + limit);
  const more = hidden > 0 && (
    <button type="button" className={classes.more} onClick={() => setLimit(limit * 4)}>
      {fromEnd ? "Show what came before" : `Show more (${Math.round((shown.length / blocks.length) * 100)} % shown)`}
    </button>
  );
  return (
    <div className={classes.markdown} data-markdown>
      {fromEnd && more}
      {shown.map((block, place) => {
        const index = first + place;
        // Blocks never change their place.
        return <Block key={index} text={block} growing={growing && index === blocks.length - 1} />;
      })}
      {!fromEnd && more}
    </div>
  );
});

/** One block: parsed again only when its own text changes. */
const Block = memo(function Block({ text, growing }: { text: string; growing: boolean }) {
  if (TOO_NESTED.test(text)) return <p className={classes.plain}>{text}</p>;
  return (
    <PlainOnError text={text}>
      <ReactMarkdown
        remarkPlugins={REMARK}
        rehypePlugins={growing ? PLAIN : HIGHLIGHTED}
        components={COMPONENTS}
        urlTransform={keepForComponents}
      >
        {text}
      </ReactMarkdown>
    </PlainOnError>
  );
});

/** Addresses reach no attribute that loads: {@link Link} and {@link Picture} decide. */
function keepForComponents(url: string): string {
  return url;
}

/** A picture that is in the text itself; everything else would be a request. */
function Picture({ src, alt }: { src: string; alt: string }) {
  if (/^(data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,]|blob:)/i.test(src)) {
    return <img className={classes.picture} src={src} alt={alt} />;
  }
  return (
    <span className={classes.blocked}>
      <span aria-hidden>▧</span> {alt === "" ? "Picture" : alt} (not loaded: <Link href={src}>{src.slice(0, 80)}</Link>)
    </span>
  );
}
