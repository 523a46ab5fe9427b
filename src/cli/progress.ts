/** Work that can be watched on a terminal, and interrupted. */
import cliProgress from 'cli-progress'

/** What the work is told. */
export interface Watched {
  readonly signal: AbortSignal
  readonly onProgress: (share: number) => void
}

/** Runs `work` with a bar on the terminal, if it is `shown`, until it is done or interrupted. */
export async function withBar<T>(
  word: string,
  shown: boolean,
  work: (watched: Watched) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  process.once('SIGINT', interrupt)
  const format = `${word} [{bar}] {percentage} %`
  const bar = new cliProgress.SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    cliProgress.Presets.legacy,
  )
  const isShown = shown && process.stderr.isTTY === true
  if (isShown) bar.start(1, 0)
  try {
    const onProgress = (share: number) => {
      if (isShown) bar.update(share)
    }
    return await work({ signal: controller.signal, onProgress })
  } finally {
    if (isShown) bar.stop()
    process.removeListener('SIGINT', interrupt)
  }
}
