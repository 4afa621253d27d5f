// The editor of whoever is signed in, for every component below the frame.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Editor } from './model/editor.ts';

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('there is no editor around this component');
  return editor;
}
