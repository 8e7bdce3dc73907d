/** Whether the core wants this start to open no workflow by itself: the last two starts never got to a working window. */
export function isSafeStart(): boolean {
  return "__BRIDGE_SAFE_START__" in window;
}
