// The whole screen for as long as the wall is shown, and a screen that stays on.

import { useEffect } from 'preact/hooks';

/** Takes the whole screen; refused without a person's click, and that is fine. */
export function takeScreen(): void {
  document.documentElement.requestFullscreen?.().catch(() => {});
}

export function leaveScreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
}

/** Keeps the screen on; asked for again when the page comes back into sight. */
export function useScreenOn(): void {
  useEffect(() => {
    let lock: { release(): Promise<void> } | null = null;
    const ask = async () => {
      if (document.visibilityState !== 'visible') return;
      lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
    };
    void ask();
    document.addEventListener('visibilitychange', ask);
    return () => {
      document.removeEventListener('visibilitychange', ask);
      lock?.release().catch(() => {});
    };
  }, []);
}
