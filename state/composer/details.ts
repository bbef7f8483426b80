import type {ImageConfig} from '../../src/catalog/starter.ts';
import {checkAbsolutePath, checkPort} from '../../src/plan/composition/composition-rules.ts';
import type {Draft} from './draft.ts';

/** Fields of the run-time configuration that are changed as one line of text. */
export const configFields = ['user', 'workdir', 'entrypoint', 'cmd', 'ports', 'labels', 'stopSignal'] as const;
export type ConfigField = (typeof configFields)[number];

export const configTitles: Readonly<Record<ConfigField, string>> = {
	user: 'User',
	workdir: 'Workdir',
	entrypoint: 'Entrypoint',
	cmd: 'Cmd',
	ports: 'Ports',
	labels: 'Labels',
	stopSignal: 'Stop signal',
};

export const configHints: Readonly<Record<ConfigField, string>> = {
	user: 'A name or number, with :GROUP if you like.',
	workdir: 'An absolute path.',
	entrypoint: 'Words; quote those with spaces.',
	cmd: 'Words; quote those with spaces.',
	ports: '9000 9001/udp',
	labels: 'org.example.team=web KEY="with spaces"',
	stopSignal: 'SIGTERM, SIGQUIT …',
};

/** The value as it is typed; an empty text where nothing is set. */
export function configText(config: Partial<Omit<ImageConfig, 'env'>>, field: ConfigField): string {
	const value = config[field];
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (isList(value)) return value.map(quoted).join(' ');
	return Object.entries(value)
		.map(([key, text]) => `${key}=${quoted(text)}`)
		.join(' ');
}

export type ParsedConfig =
	{readonly kind: 'ok'; readonly draft: Draft} | {readonly kind: 'refused'; readonly reason: string};

/** Sets a field from what was typed. Nothing typed: the starter's own holds again. */
export function setConfig(draft: Draft, field: ConfigField, text: string): ParsedConfig {
	const {[field]: _, ...others} = draft.config;
	const put = (config: Draft['config']): ParsedConfig => ({kind: 'ok', draft: {...draft, config}});
	if (text.trim() === '') return put(others);
	const words = wordsOf(text);
	if (words === null) return {kind: 'refused', reason: 'A quote is not closed.'};
	switch (field) {
		case 'user':
			if (!/^[\w.-]+(?::[\w.-]+)?$/u.test(text.trim())) return {kind: 'refused', reason: configHints.user};
			return put({...others, user: text.trim()});
		case 'workdir': {
			const problem = checkAbsolutePath(text.trim());
			return problem ? {kind: 'refused', reason: problem} : put({...others, workdir: text.trim()});
		}
		case 'stopSignal':
			if (!/^(?:SIG[A-Z0-9+-]+|\d{1,2})$/u.test(text.trim())) {
				return {kind: 'refused', reason: 'A signal such as SIGTERM, or its number.'};
			}
			return put({...others, stopSignal: text.trim()});
		case 'ports': {
			const problem = words.map(checkPort).find(reason => reason !== null);
			if (problem) return {kind: 'refused', reason: problem};
			return put({...others, ports: words.map(port => (port.includes('/') ? port : `${port}/tcp`))});
		}
		case 'labels': {
			const wrong = words.find(word => !/^[^=\s]+=/u.test(word));
			if (wrong !== undefined) return {kind: 'refused', reason: `“${wrong}” is not KEY=VALUE.`};
			const pairs = words.map(word => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]);
			return put({...others, labels: Object.fromEntries(pairs) as Record<string, string>});
		}
		case 'entrypoint':
			return put({...others, entrypoint: words});
		case 'cmd':
			return put({...others, cmd: words});
	}
}

const isList = (value: readonly string[] | Readonly<Record<string, string>>): value is readonly string[] =>
	Array.isArray(value);

const quoted = (word: string): string =>
	word === '' || /[\s"'\\]/u.test(word) ? `"${word.replaceAll(/["\\]/gu, match => `\\${match}`)}"` : word;

/** Words as a shell takes them: quotes of both kinds, a backslash before a sign; null if a quote stays open. */
function wordsOf(text: string): readonly string[] | null {
	const words: string[] = [];
	let word = '';
	let isWord = false;
	let quote = '';
	for (let at = 0; at < text.length; at++) {
		const sign = text[at] ?? '';
		if (sign === '\\' && quote !== "'" && at + 1 < text.length) {
			word += text[++at] ?? '';
			isWord = true;
		} else if (quote !== '') {
			if (sign === quote) quote = '';
			else word += sign;
		} else if (sign === '"' || sign === "'") {
			quote = sign;
			isWord = true;
		} else if (/\s/u.test(sign)) {
			if (isWord) words.push(word);
			word = '';
			isWord = false;
		} else {
			word += sign;
			isWord = true;
		}
	}
	if (quote !== '') return null;
	if (isWord) words.push(word);
	return words;
}
