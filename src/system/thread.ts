/** Other threads, as the rest sees them: each answers one message after the other. */

/** Another thread: it answers one message after the other, with plain data. */
export interface Thread {
  readonly ask: (message: unknown) => Promise<unknown>;
  readonly end: () => void;
}

/** Starts a thread of a script that answers messages: a file, or its text as a URL. */
export function startThread(file: string | URL): Thread {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(file);
  const waiting: { readonly resolve: (answer: unknown) => void; readonly reject: (error: unknown) => void }[] = [];
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.on("message", (answer) => waiting.shift()?.resolve(answer));
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`a thread ended with ${code}`)));
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        waiting.push({ resolve, reject });
        worker.postMessage(message);
      }),
    end: () => void worker.terminate(),
  };
}
