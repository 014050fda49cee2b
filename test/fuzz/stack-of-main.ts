/** Where the main thread is while it hangs, asked from another thread: it cannot tell itself. */
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { isMainThread, Worker, workerData } from "node:worker_threads";

/** Set while a case runs. */
type Clock = Int32Array<SharedArrayBuffer>;

/** Longer than this, in milliseconds, is worth a look. */
const LOOK_AFTER = 1500;
const LOOK_EVERY = 200;

/** Innermost functions that are told. */
const FRAMES = 4;

/** What stands before the functions on standard error. */
export const HANGING = "hanging in ";

/** Starts the other thread, which runs the same program; the answer counts cases: each is to be told at its start and end. */
export function beWatched(program: string): () => void {
  const clock: Clock = new Int32Array(new SharedArrayBuffer(4));
  new Worker(program, { workerData: clock }).unref();
  return () => void Atomics.add(clock, 0, 1);
}

/** Whether this is the other thread. */
export const isWatcher = !isMainThread && workerData instanceof Int32Array;

/** Looks at the clock: odd numbers are cases that run. */
export function watch(): void {
  const clock = workerData as Clock;
  const session = new Session();
  let [seen, since] = [0, performance.now()];
  let looked = false;
  session.connectToMainThread();
  session.on("Debugger.paused", ({ params }) => {
    const frames = params.callFrames.map(({ functionName }) => functionName).filter((name) => name !== "");
    writeSync(2, `${HANGING}${frames.slice(0, FRAMES).join(" < ")}\n`);
    session.post("Debugger.resume");
    session.post("Debugger.disable");
  });
  setInterval(() => {
    const now = Atomics.load(clock, 0);
    if (now !== seen) {
      [seen, since] = [now, performance.now()];
      looked = false;
    } else if (!looked && now % 2 === 1 && performance.now() - since > LOOK_AFTER) {
      looked = true;
      session.post("Debugger.enable");
      session.post("Debugger.pause");
    }
  }, LOOK_EVERY);
}
