import type { ReactNode } from "react";
export function EditorScreen({ assistant }: { workflowId: string; assistant: ReactNode }) {
  return (
    <div style={{ display: "flex", height: "100%" }}>
      <div style={{ flex: 1 }} />
      {assistant}
    </div>
  );
}
