import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isSystemError} from '../../base/errors.ts';

/** Values of apt.conf(5) by lowercase key: `acquire::http::proxy`. Lists keep their last value. */
export type AptConfig = ReadonlyMap<string, string>;

// apt.conf(5): file names of letters, digits, `-`, `_` and `.`, with the extension conf or none.
const fragmentPattern = /^[A-Za-z0-9_-]+(?:\.conf)?$/;

/** The host's apt configuration. Files that are missing or not readable count as empty. */
export function readAptConfig(aptFolder = '/etc/apt'): AptConfig {
	const config = new Map<string, string>();
	const folder = join(aptFolder, 'apt.conf.d');
	const files = listFolder(folder)
		.filter(name => fragmentPattern.test(name))
		.sort();
	for (const file of [...files.map(name => join(folder, name)), join(aptFolder, 'apt.conf')]) {
		for (const [key, value] of parseAptConfig(readTextIfThere(file))) config.set(key, value);
	}
	return config;
}

/** Parses apt.conf(5): `A::B "value";` and `A { B "value"; };`, with the three kinds of comments. */
export function parseAptConfig(text: string): AptConfig {
	const config = new Map<string, string>();
	const scopes: string[] = [];
	let words: string[] = [];
	for (const [, string, sign, word] of text.matchAll(tokenPattern)) {
		if (string !== undefined) words.push(string);
		else if (word !== undefined) words.push(word);
		else if (sign === '{') {
			scopes.push(words[0] ?? '');
			words = [];
		} else if (sign === '}' || sign === ';') {
			const [name, value] = words;
			if (name !== undefined && value !== undefined) config.set([...scopes, name].join('::').toLowerCase(), value);
			words = [];
			if (sign === '}') scopes.pop();
		}
	}
	return config;
}

// A string, a sign, or a bare word; comments match without a group. `#clear` and `#include` count as comments.
const tokenPattern = /"([^"]*)"|([{};])|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|((?:(?!\/\/|\/\*)[^\s"{};#])+)/g;

/** '' for a file that is not there or may not be read. */
export function readTextIfThere(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		if (isSystemError(error, 'ENOENT') || isSystemError(error, 'EACCES') || isSystemError(error, 'EISDIR')) return '';
		throw error;
	}
}

export function listFolder(path: string): readonly string[] {
	try {
		return readdirSync(path);
	} catch (error) {
		if (isSystemError(error, 'ENOENT') || isSystemError(error, 'EACCES') || isSystemError(error, 'ENOTDIR')) return [];
		throw error;
	}
}
