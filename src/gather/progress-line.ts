/** A line on a terminal about what takes long: nothing for what is soon done, and then a change now and then. */
import type { System } from "../system/system.ts";

/** How long to wait before something is shown, and between its changes, in milliseconds. */
const PATIENCE = 1000;
const REFRESH = 200;

/** The line; its text is made, of the milliseconds since the beginning, when it is to be shown. */
export function progressLine({ now, showProgress }: Pick<System, "now" | "showProgress">): {
  readonly show: (text: (elapsed: number) => string) => void;
  /** Takes it away. */
  readonly end: () => void;
} {
  const start = now();
  let shown = start + PATIENCE - REFRESH;
  let isShown = false;
  return {
    show(text) {
      const at = now();
      if (at - shown < REFRESH) return;
      shown = at;
      isShown = true;
      showProgress(text(at - start));
    },
    end() {
      if (isShown) showProgress(undefined);
    },
  };
}
