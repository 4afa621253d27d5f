// Short sounds, made here: two notes for an offer, one for a line. The browser allows them from the
// first key or click on; the switch stays in this browser.

import { signal } from '@preact/signals';

const KEY = 'baton.mute';

export const isMuted = signal(localStorage.getItem(KEY) === '1');

export function mute(yes: boolean): void {
  isMuted.value = yes;
  if (yes) localStorage.setItem(KEY, '1');
  else localStorage.removeItem(KEY);
}

let context: AudioContext | null = null;

function allowed(): void {
  context ??= new AudioContext();
  void context.resume();
}
addEventListener('pointerdown', allowed);
addEventListener('keydown', allowed);

/** Frequency and start of each note. */
const SOUNDS = {
  offer: [
    [660, 0],
    [880, 0.16],
  ],
  line: [[520, 0]],
} as const;

export function play(sound: keyof typeof SOUNDS): void {
  if (isMuted.value || context?.state !== 'running') return;
  for (const [frequency, after] of SOUNDS[sound]) note(context, frequency, after);
}

function note(on: AudioContext, frequency: number, after: number): void {
  const start = on.currentTime + after;
  const tone = on.createOscillator();
  const loudness = on.createGain();
  tone.frequency.value = frequency;
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(0.18, start + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.35);
  tone.connect(loudness).connect(on.destination);
  tone.start(start);
  tone.stop(start + 0.4);
}
