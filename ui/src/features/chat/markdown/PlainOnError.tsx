/** Shows text as it is when it cannot be drawn as Markdown. */
import { Component, type ReactNode } from "react";
import classes from "./Markdown.module.css";

interface Props {
  text: string;
  children: ReactNode;
}

interface State {
  failed: boolean;
  /** What the state is about. */
  text: string;
}

/** Keeps what a parser cannot take from taking the panel with it. Tries again when the text changes. */
export class PlainOnError extends Component<Props, State> {
  override state: State = { failed: false, text: this.props.text };

  static getDerivedStateFromProps(props: Props, state: State): State | null {
    return state.text === props.text ? null : { failed: false, text: props.text };
  }

  static getDerivedStateFromError(): Partial<State> {
    return { failed: true };
  }

  override render(): ReactNode {
    if (this.state.failed) return <p className={classes.plain}>{this.props.text}</p>;
    return this.props.children;
  }
}
