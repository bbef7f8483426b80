import {randomInt} from 'node:crypto';

const letters = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no letter that reads like a digit

const randomLetters = (count: number) => Array.from({length: count}, () => letters[randomInt(letters.length)]).join('');

/** `20261123-125959-042k3f`: UTC date, time, milliseconds, three random letters. Text order is time order. */
export function newBuildId(now: Date = new Date()): string {
	const [date = '', time = ''] = now.toISOString().split('T');
	const milliseconds = String(now.getUTCMilliseconds()).padStart(3, '0');
	return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${milliseconds}${randomLetters(3)}`;
}

export const isBuildId = (text: string): boolean => /^\d{8}-\d{6}-\d{3}[0-9a-z]{3}$/u.test(text);

/** The identifier of one line's build: the build's ID and the line, so that it alone finds the log. */
export const traceIdOf = (build: string, line: string): string => `${build}.${line}`;

/** The build and the line that a trace ID names; null if it is none. */
export function parseTraceId(text: string): {readonly build: string; readonly line: string} | null {
	const dot = text.indexOf('.');
	const build = text.slice(0, dot);
	return dot > 0 && isBuildId(build) && dot < text.length - 1 ? {build, line: text.slice(dot + 1)} : null;
}

/** The unique tag that a build adds to a line it made: `8.4.11-20261123125959`. */
export function buildTagOf(version: string, build: string): string {
	const [date, time] = build.split('-');
	// A tag is [A-Za-z0-9_][A-Za-z0-9_.-]{0,127} (OCI distribution-spec).
	return `${version.replaceAll(/[^A-Za-z0-9_.-]/gu, '-').slice(0, 100)}-${date}${time}`;
}

/** Whether a tag is of that form: it belongs to one build, and never moves. */
export const isBuildTag = (tag: string): boolean => /-\d{14}$/u.test(tag);
