/** Escape sequences that the application writes beside Ink: xterm's ctlseqs. */

const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';

export const mouseSequence = (isOn: boolean): string => (isOn ? mouseOn : mouseOff);

/** What a crash may have left on: mouse, bracketed paste, hidden cursor, alternate screen. */
export const restoreSequence = `${mouseOff}\u001b[?2004l\u001b[?25h\u001b[?1049l\u001b[0m`;
