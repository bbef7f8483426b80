/**
 * Text from packages, logs and files is never trusted: control characters and terminal escapes are replaced before
 * it reaches a screen. Tabs become one space; with `keepNewlines`, line feeds stay.
 */
export function safeText(text: string, {keepNewlines = false}: {readonly keepNewlines?: boolean} = {}): string {
	const clean = text
		// CSI, OSC and two-character escapes (ECMA-48), whole.
		.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/gu, '')
		.replace(/\t/gu, ' ')
		// C0, DEL, C1, and the bidirectional overrides (CVE-2021-42574).
		.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, '');
	return keepNewlines ? clean : clean.replace(/\n/gu, ' ');
}
