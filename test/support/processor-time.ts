/** The time that a bound is on where a machine may do much else: what this process has computed, not what has gone by. */

/** Milliseconds of processor time that this process has taken so far. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
