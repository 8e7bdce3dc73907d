/** One workflow: header, palette, canvas with inspector and versions over it and the run below it, assistant. Each part may fail alone. */
import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import type { WorkflowId } from "../../bindings/WorkflowId";
import { Region } from "../../components/Region";
import { useEditor } from "../../state/editor";
import { useNavigation } from "../../state/navigation";
import { useOverlay } from "../../state/overlay";
import { usePanels } from "../../state/panels";
import { Canvas } from "../canvas/Canvas";
import { ImportNotices } from "../exchange/ImportNotices";
import { Inspector } from "../inspector/Inspector";
import { Palette } from "../palette/Palette";
import { RunBanner } from "../runs/RunBanner";
import { RunPanel } from "../runs/RunPanel";
import { Versions } from "../versions/Versions";
import { BlockedBanner } from "./BlockedBanner";
import classes from "./EditorScreen.module.css";
import { Header } from "./Header";
import { useEditorCommands } from "./useEditorCommands";

/** The editor of a workflow. */
export function EditorScreen({ workflowId, assistant }: { workflowId: WorkflowId; assistant: ReactNode }) {
  useEffect(() => {
    void useEditor.getState().open(workflowId);
    return () => {
      useEditor.getState().close();
      useOverlay.getState().hide();
      usePanels.getState().setVersionsOpen(false);
    };
  }, [workflowId]);
  useEditorCommands();
  useEffect(() => {
    const { makeRoom } = usePanels.getState();
    makeRoom();
    window.addEventListener("resize", makeRoom);
    return () => window.removeEventListener("resize", makeRoom);
  }, []);

  return (
    <div className={classes.editor}>
      <Region name="The header">
        <Header />
      </Region>
      <BlockedBanner />
      <div className={classes.panes}>
        <Region name="The palette">
          <Palette />
        </Region>
        <main className={classes.main}>
          <div className={classes.canvas}>
            <Region name="The canvas">
              <CanvasPane />
            </Region>
            <Region name="The node settings">
              <Inspector />
            </Region>
            <Region name="The list of versions">
              <Versions />
            </Region>
            <Region name="What to look at after the import">
              <ImportNotices />
            </Region>
            <RunBanner />
          </div>
          <Region name="The run panel">
            <RunPanel />
          </Region>
        </main>
        <Region name="The assistant">{assistant}</Region>
      </div>
    </div>
  );
}

function CanvasPane() {
  const opened = useEditor((state) => state.workflow !== null);
  const error = useEditor((state) => state.loadError);
  if (error) return <NotOpened message={error.message} hint={error.hint} />;
  return opened ? <Canvas /> : <Skeleton className={classes.loading} radius={0} />;
}

function NotOpened({ message, hint }: { message: string; hint: string }) {
  const place = useNavigation((state) => state.place);
  return (
    <Stack align="center" justify="center" h="100%" gap="xs" role="alert">
      <Text fw={600}>{message}</Text>
      <Text c="dimmed">{hint}</Text>
      <Button.Group mt="xs">
        <Button variant="default" onClick={() => useNavigation.getState().goHome()}>
          Back to workflows
        </Button>
        {place.name === "editor" && (
          <Button variant="default" onClick={() => void useEditor.getState().open(place.workflowId)}>
            Try again
          </Button>
        )}
      </Button.Group>
    </Stack>
  );
}
